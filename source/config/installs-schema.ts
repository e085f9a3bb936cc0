import * as z from 'zod';
import {isHostname} from '../domain/hostname.js';
import {type PanelSettings} from '../domain/settings.js';
import {strict} from '../intents/problems.js';
import {
	apiUrl,
	argv,
	duration,
	file,
	fingerprint,
	ip,
	line,
	name,
	port,
	shownUrl,
} from './fields.js';
import {secretSchema, type SecretSources} from './secret.js';

const panels = (sources: SecretSources) => {
	const common = {
		timeout: duration(1000).default(600_000),
		concurrency: z.int().min(1).max(64).default(2),
		address: ip.nullable().default(null),
		externalIp: ip.nullable().default(null),
		controlPanelUrl: shownUrl.nullable().default(null),
	};
	const host = z.string().refine(text => isHostname(text) || ip.safeParse(text).success, {error: 'must be a hostname or an address'});
	const kinds = z.discriminatedUnion('kind', [
		strict({...common, kind: z.literal('command'), command: argv.min(1)}),
		strict({
			...common, kind: z.literal('ssh'), host, port: port.default(22), user: line, identity: file, knownHosts: file, command: line,
		}),
		strict({
			...common, kind: z.literal('whm'), url: apiUrl, user: line, token: secretSchema(sources), fingerprints: z.array(fingerprint).default([]),
		}),
	]);
	return kinds.transform(({timeout, ...panel}): PanelSettings => ({...panel, timeoutMs: timeout}));
};

const appFields = strict({
	stage: z.boolean().default(true),
	welcomeEmail: z.boolean().default(true),
	blogName: line.default('My site'),
	url: z.enum(['domain', 'temporary']).default('domain'),
	controlPanelLogin: z.boolean().default(true),
});

const app = appFields.nullable().transform(given => given ?? appFields.parse({}));

/** The applications that exist without being named. */
const builtInApps = ['wordpress', 'static'] as const;

/** The section `installs`, with the applications that exist without being named. */
export const installsSchema = (sources: SecretSources) => strict({
	panels: z.record(name, z.lazy(() => panels(sources))).nullable().default(null),
	applications: z.record(name, app).nullable().default(null),
}).transform(given => ({
	panels: given.panels ?? {},
	applications: {
		...Object.fromEntries(builtInApps.map(builtIn => [builtIn, appFields.parse({})])),
		...given.applications,
	},
}));
