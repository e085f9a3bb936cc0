import * as z from 'zod';
import {type Settings} from '../domain/settings.js';
import {timeOfDay} from '../intents/package-schema.js';
import {strict} from '../intents/problems.js';
import {
	argv,
	duration,
	file,
	fingerprint,
	line,
	mailbox,
	webUrl,
} from './fields.js';
import {secretSchema, type SecretSources} from './secret.js';

const day = 86_400_000;

const hasPassword = (text: string): boolean => URL.canParse(text) && new URL(text).password !== '';

export const timezoneSchema = () => line.refine(zone => {
	try {
		return new Intl.DateTimeFormat('en', {timeZone: zone}).resolvedOptions().timeZone !== '';
	} catch {
		return false;
	}
}, {error: 'is no time zone: write a name such as Europe/Berlin or UTC'});

/** How mail goes out; a plain URL without a password is no secret. */
export const mailSchema = (sources: SecretSources) => strict({
	smtp: secretSchema(sources, hasPassword).refine(smtp => URL.canParse(smtp.reveal()) && /^smtps?:$/.test(new URL(smtp.reveal()).protocol), {error: 'must be an smtp:// or smtps:// URL'}),
	fingerprints: z.array(fingerprint).default([]),
	from: mailbox,
	templates: file.nullable().default(null),
});

/** Who hears of incidents. */
export const alertsSchema = (sources: SecretSources) => {
	const url = (holdsSecret?: (text: string) => boolean) => secretSchema(sources, holdsSecret)
		.refine(secret => webUrl.safeParse(secret.reveal()).success, {error: 'must be an http:// or https:// URL'}).nullable().default(null);
	return strict({
		mail: z.array(mailbox).default([]),
		command: argv.default([]),
		// Whoever knows a webhook's address can post there; a heartbeat's only keeps quiet.
		webhook: url(),
		heartbeatUrl: url(hasPassword),
	});
};

export const terminateSchema = strict({grace: duration().default(0), keepBackups: z.int().min(0).max(3660).default(0)})
	.transform(({grace, keepBackups}): Settings['terminate'] => ({graceMs: grace, keepBackupsDays: keepBackups}));

export const snapshotsSchema = strict({days: z.int().min(0).max(3660).default(0)});

const dailyWindow = z.string().refine(text => {
	const [from, to, ...more] = text.split('-');
	return more.length === 0 && timeOfDay.safeParse(from).success && timeOfDay.safeParse(to).success && from !== to;
}, {error: 'must be two times of day such as "01:00-05:00"'});

export const backupsSchema = strict({window: dailyWindow.default('01:00-05:00'), alertAfter: duration().default(3 * day)})
	.transform(({window, alertAfter}): Settings['backups'] => ({window, alertAfterMs: alertAfter}));

export const shutdownTimeoutSchema = () => duration(1000, day).default(120_000);

/** A row of `tasks`. */
export const taskSchema = () => strict({
	interval: duration(0, 366 * day).nullable().default(null),
	lockTimeout: duration(1000, day).nullable().default(null),
}).transform(({interval, lockTimeout}): NonNullable<Settings['tasks']['process_vms']> => ({intervalSeconds: interval === null ? null : interval / 1000, lockTimeoutMs: lockTimeout}));

export const schedulerSchema = strict({
	cycle: duration(1000, 3_600_000).default(1000),
	lease: duration(1000, day).default(60_000),
	maxAttempts: z.int().min(1).max(1000).default(20),
	startAt: z.enum(['once', 'run']).default('once'),
}).transform(({cycle, lease, ...rest}): Settings['scheduler'] => ({cycleMs: cycle, leaseMs: lease, ...rest}));

export const retentionSchema = strict({
	debug: duration(1000).nullable().default(14 * day),
	info: duration(1000).nullable().default(400 * day),
	error: duration(1000).nullable().default(400 * day),
	runs: duration(1000).nullable().default(90 * day),
	clients: duration(1000).nullable().default(null),
}).transform(({debug, info, error, runs, clients}): Settings['retention'] => ({
	debugMs: debug, infoMs: info, errorMs: error, runsMs: runs, clientsMs: clients,
}));
