import process from 'node:process';
import * as z from 'zod';
import {type IntakeSettings} from '../domain/settings.js';
import {strict} from '../intents/problems.js';
import {file, name} from './fields.js';
import {
	createSecret,
	readNamedFile,
	secretSchema,
	type SecretSources,
} from './secret.js';

const usualPerMinute = 600;

/** Shorter ones could be guessed from one signature. */
const leastSecret = 32;

const findTlsProblem = (cert: string, key: string): string | undefined => {
	// Loaded where there is something to look at: most configs have no certificate.
	const {createSecureContext} = process.getBuiltinModule('node:tls');
	try {
		createSecureContext({cert, key});
		return undefined;
	} catch (error) {
		const {code = ''} = error as NodeJS.ErrnoException;
		return code === 'ERR_OSSL_X509_KEY_VALUES_MISMATCH' ? 'is not the key of that certificate' : 'is no PEM of a private key without a passphrase, or `certificate` is no PEM of a certificate';
	}
};

/** Where the section is not there. */
export const nobodyOrders: IntakeSettings = {keys: {}, tls: null, ordersPerMinute: usualPerMinute};

/** The section `intake`: who may order by HTTP, and with which certificate this is served beyond loopback. */
export const intakeSchema = (sources: SecretSources) => {
	const pem = file.transform((path, context) => readNamedFile(path, sources.folder, context)).nullable().default(null);
	const secret = secretSchema(sources).refine(text => text.reveal().length >= leastSecret, {error: `must have at least ${leastSecret} characters: \`openssl rand -hex 32\` makes one`});
	return strict({
		keys: z.record(name, secret).nullable().default(null),
		certificate: pem,
		key: pem,
		ordersPerMinute: z.int().min(1).max(1_000_000).default(usualPerMinute),
	}).transform(({keys, certificate, key, ordersPerMinute}, context): IntakeSettings => {
		if ((certificate === null) !== (key === null)) {
			context.addIssue({code: 'custom', path: [certificate === null ? 'key' : 'certificate'], message: `needs \`${certificate === null ? 'certificate' : 'key'}\` beside it: TLS takes both`});
			return z.NEVER;
		}

		const problem = certificate === null || key === null ? undefined : findTlsProblem(certificate, key);
		if (problem !== undefined) {
			context.addIssue({code: 'custom', path: ['key'], message: problem});
			return z.NEVER;
		}

		return {keys: keys ?? {}, tls: certificate === null || key === null ? null : {certificate, key: createSecret(key)}, ordersPerMinute};
	});
};
