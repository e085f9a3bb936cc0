import * as z from 'zod';
import {isLoopback} from '../domain/ip.js';
import {messageNames} from '../domain/message.js';
import {type WhmcsSettings} from '../domain/settings.js';
import {strict} from '../intents/problems.js';
import {
	apiUrl,
	duration,
	fingerprint,
	line,
} from './fields.js';
import {secretSchema, type SecretSources} from './secret.js';

/** What clients may be told by WHMCS instead of by our own mail. */
const clientMessages = messageNames.filter(name => !name.startsWith('incident-'));

/** The section `whmcs`: the billing system that is told what became of its orders. */
export const whmcsSchema = (sources: SecretSources) => strict({
	url: apiUrl.refine(text => text.startsWith('https:') || isLoopback(new URL(text).hostname), {error: 'must be an https:// URL: the secret would be readable'}),
	identifier: secretSchema(sources),
	secret: secretSchema(sources),
	accessKey: secretSchema(sources).nullable().default(null),
	fingerprints: z.array(fingerprint).default([]),
	timeout: duration(1000, 120_000).default(20_000),
	emails: z.partialRecord(z.enum(clientMessages), line).default({}),
}).transform(({timeout, ...whmcs}): WhmcsSettings => ({...whmcs, timeoutMs: timeout}));
