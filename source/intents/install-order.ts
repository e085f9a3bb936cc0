import * as z from 'zod';
import {
	email,
	name,
	oneLine,
	orderFields,
} from './order-schema.js';
import {strict} from './problems.js';

/** An order for a staged install, as a billing module writes it. */
export const installOrderSchema = strict({
	reference: orderFields.reference.refine(text => !/^i\d+$/i.test(text), {error: 'must not be like i12, which is an id of ours'}),
	panel: name,
	application: name,
	domain: orderFields.hostname,
	account: z.string().regex(/^[a-z][\d\-_a-z]{0,31}$/, {error: 'must be a login name: a small letter first, then small letters, digits, _ and -, at most 32'}),
	plan: oneLine(100).nullable().default(null),
	client: strict({name: z.string().trim().max(200).regex(/^\P{Control}*$/u, {error: 'must be one line without control characters'}).nullable().default('').transform(text => text ?? ''), email}),
	/** Empty: the application's own. */
	title: z.string().trim().max(200).regex(/^\P{Control}*$/u, {error: 'must be one line without control characters'}).nullable().transform(text => text ?? ''),
	adminUser: z.string().regex(/^[\da-z][\w\-.@]{0,59}$/i, {error: 'must be a login name: a letter or digit first, then also . _ - @, at most 60'}),
	adminEmail: email,
	/** Null: the application's own. */
	url: z.enum(['domain', 'temporary']).nullable().default(null),
});

export type InstallOrder = z.infer<typeof installOrderSchema>;
