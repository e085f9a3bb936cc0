import * as z from 'zod';
import {isEmail} from '../domain/email.js';
import {isHostname} from '../domain/hostname.js';
import {type Weekday, weekdays} from '../domain/package.js';
import {isReference} from '../domain/reference.js';
import {packageSchema, timeOfDay} from './package-schema.js';
import {strict} from './problems.js';

/** A text without line breaks, not empty. */
export const oneLine = (most: number) => z.string().trim().min(1).max(most).regex(/^\P{Control}*$/u, {error: 'must be one line without control characters'});

/** An e-mail address without a name; nothing that could add a header or a second recipient. */
export const email = z.string().refine(text => isEmail(text), {error: 'must be an e-mail address'});

const keyTypes = String.raw`(?:ssh-(?:ed25519|rsa|dss)|ecdsa-sha2-nistp\d{3}|sk-(?:ssh-ed25519|ecdsa-sha2-nistp256)@openssh\.com)`;
const keyLine = new RegExp(String.raw`^${keyTypes} [\d+/a-z]+={0,3}(?: \P{Control}*)?$`, 'iu');
const sshKey = z.string().trim().max(16_384).regex(keyLine, {error: 'must be a public key in one line: type, key, comment'});

const isZone = (zone: string): boolean => {
	try {
		return new Intl.DateTimeFormat('en', {timeZone: zone}).resolvedOptions().timeZone !== '';
	} catch {
		return false;
	}
};

/** Of something in the config. */
export const name = z.string().min(1).max(63);

/** Weekdays with times of day. */
export const backupTimes = strict(Object.fromEntries(weekdays.map(day => [day, timeOfDay.optional()])) as Record<Weekday, z.ZodOptional<typeof timeOfDay>>);

/** The fields of an order, by name. */
export const orderFields = {
	reference: z.string().refine(text => isReference(text), {error: 'must be one word of letters, digits and . _ : @ # + = -, at most 100, and neither a bare number nor like v101'}),
	hostname: z.string().refine(text => isHostname(text), {error: 'must be a DNS name: labels of letters, digits and hyphens, at most 63 each and 253 in all'}).transform(text => text.toLowerCase()),
	cluster: name,
	template: name,
	package: name,
	overrides: packageSchema.nullable().default({}),
	node: z.string().regex(/^[\da-z](?:[\d\-a-z]{0,61}[\da-z])?$/i, {error: 'must be the name of a node'}).nullable().default(null),
	client: strict({name: oneLine(200), email}),
	user: z.string().regex(/^[a-z_][\w\-.]{0,31}$/i, {error: 'must be a login name'}).default('root'),
	password: z.string().min(5).max(128).regex(/^\P{Control}*$/u, {error: 'must have no control characters'}).nullable().default(null),
	sshKeys: z.array(sshKey).max(50).nullable().default([]).transform(keys => keys ?? []),
	backup: backupTimes.nullable().default(null),
	mail: z.boolean().default(true),
	timezone: z.string().refine(zone => isZone(zone), {error: 'is no time zone: write a name such as Europe/Berlin or UTC'}).nullable().default(null),
};

/** An order for a VM, as a billing module writes it. */
export const orderSchema = strict(orderFields);

export type Order = z.infer<typeof orderSchema>;
