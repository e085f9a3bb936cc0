import {Buffer} from 'node:buffer';
import {Agent, buildConnector} from 'undici';
import * as z from 'zod';
import {type Clock} from '../../domain/clock.js';
import {isLoopback} from '../../domain/ip.js';
import {safeText} from '../../domain/safe-text.js';
import {type WhmcsSettings} from '../../domain/settings.js';
import {withoutSecrets} from '../../domain/without-secrets.js';
import {ClientError} from '../client-error.js';
import {type HttpAnswer, sendHttp} from '../send-http.js';
import {createTlsConnect} from '../tls-connect.js';
import {type BillingSystem} from './billing.js';
import {serialize, type PhpValue} from './php-serialize.js';

type Action = {
	readonly name: 'UpdateClientProduct' | 'LogActivity' | 'SendEmail';
	readonly parameters: Readonly<Record<string, string>>;
	/** Whether it may be asked once more where nobody knows what came of it. */
	readonly isRepeatable: boolean;
};

const peer = 'whmcs';
const largestAnswerBytes = 4 * 1024 * 1024;
const advice = {otherName: 'use that name in `url`, or set `fingerprints`', unknownIssuer: 'set `fingerprints`'};

// Some actions answer `status` where others have `result`.
const replySchema = z.looseObject({result: z.string().optional(), status: z.string().optional(), message: z.union([z.string(), z.number()]).optional()});

/** What a 403 says, and what helps; its words are WHMCS's own. */
const remedies: ReadonlyArray<readonly [said: RegExp, remedy: string]> = [
	[/invalid ip/i, 'allow that address in WHMCS (Security, API IP Access Restriction), or set `whmcs.accessKey`'],
	[/invalid permissions/i, 'its API role lacks that action'],
	[/./, 'look at `whmcs.identifier` and `whmcs.secret`'],
];

/** A letter's variables as Smarty can print them. */
const printable = (value: unknown): PhpValue => {
	if (Array.isArray(value)) {
		return (value as readonly unknown[]).map(one => String((one as {readonly address?: string} | null)?.address ?? one)).join(', ');
	}

	return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null ? value : JSON.stringify(value ?? null);
};

const readReply = ({status, statusText, headers, text}: HttpAnswer, {name, isRepeatable}: Action, show: (words: string) => string): void => {
	const json = z.string().transform((body, context): unknown => {
		try {
			return JSON.parse(body);
		} catch {
			context.addIssue({code: 'custom'});
			return z.NEVER;
		}
	}).pipe(replySchema).safeParse(text);
	const message = String(json.data?.message ?? '');
	if (status === 401 || status === 403) {
		const [, remedy] = remedies.find(([said]) => said.test(message === '' ? statusText : message))!;
		throw new ClientError(`${name}: WHMCS says ${show(message === '' ? `${status} ${statusText}` : message)}: ${remedy}`, {
			peer, kind: 'denied', scope: 'cluster', status,
		});
	}

	if (status === 429 || status === 503) {
		const wait = headers.get('retry-after') ?? '';
		throw new ClientError(`${name}: WHMCS answered ${show(`${status} ${statusText}`)}`, {
			peer, kind: 'transient', scope: 'cluster', status, retryAfterMs: /^\d{1,6}$/.test(wait) ? Number(wait) * 1000 : null,
		});
	}

	if (status >= 500 || !json.success) {
		throw new ClientError(`${name}: WHMCS answered ${status} and ${json.success ? show(message) : 'no JSON'}`, {
			peer, kind: isRepeatable ? 'transient' : 'unknown-outcome', scope: isRepeatable ? 'cluster' : 'item', status,
		});
	}

	if ((json.data.result ?? json.data.status) !== 'success') {
		throw new ClientError(`${name}: WHMCS says ${show(message === '' ? text : message)}`, {peer, kind: 'rejected', status});
	}
};

/** WHMCS's API: forms in, JSON out. Nothing is sent before the first call. */
export const createWhmcs = (settings: WhmcsSettings, {clock}: {readonly clock: Clock}): BillingSystem => {
	const {timeoutMs, fingerprints} = settings;
	const url = new URL(settings.url);
	const login = {
		identifier: settings.identifier.reveal(), secret: settings.secret.reveal(), ...(settings.accessKey && {accesskey: settings.accessKey.reveal()}),
	};
	const timeout = Math.min(10_000, timeoutMs);
	const agent = new Agent({
		connections: 2,
		maxResponseSize: largestAnswerBytes,
		connect: url.protocol === 'http:' && isLoopback(url.hostname) ? buildConnector({timeout}) : createTlsConnect({owner: 'WHMCS', fingerprints, ca: null}, timeout),
	});

	const ask = async (action: Action, secrets: readonly string[] = []): Promise<void> => {
		const {name, parameters, isRepeatable} = action;
		const show = (words: string) => safeText(withoutSecrets(words.slice(0, 16_384), [...Object.values(login), ...secrets]), 300);
		const answer = await sendHttp({
			method: 'POST', url, headers: {accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded'},
			body: new URLSearchParams({
				...login, action: name, responsetype: 'json', ...parameters,
			}).toString(),
		}, {
			dispatcher: agent, clock, beforeSend: () => undefined, timeoutMs, advice,
		});
		if ('reason' in answer) {
			const isUnknown = answer.wasSent && !isRepeatable;
			throw new ClientError(`${name}: ${isUnknown ? 'it was sent and no answer came' : 'WHMCS cannot be reached'}: ${show(answer.reason)}`, {
				peer, kind: isUnknown ? 'unknown-outcome' : 'transient', scope: isUnknown ? 'item' : 'cluster',
			});
		}

		readReply(answer, action, show);
	};

	return {
		async updateService(serviceId, {status, domain, user, addresses}) {
			const [first = '', ...others] = addresses;
			await ask({
				name: 'UpdateClientProduct', isRepeatable: true,
				parameters: {
					serviceid: String(serviceId), status, domain, serviceusername: user, dedicatedip: first, assignedips: others.join('\n'),
				},
			});
		},
		async log(text, clientId) {
			await ask({name: 'LogActivity', isRepeatable: true, parameters: {description: text, ...(clientId !== null && {clientid: String(clientId)})}});
		},
		async sendEmail(serviceId, {template, variables}) {
			const secrets = typeof variables.password === 'string' ? [variables.password] : [];
			const custom = Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, printable(value)]));
			await ask({
				name: 'SendEmail', isRepeatable: false,
				parameters: {messagename: template, id: String(serviceId), customvars: Buffer.from(serialize(custom)).toString('base64')},
			}, secrets);
		},
		async check() {
			try {
				// There is no such service: whoever hears that may change services.
				await ask({name: 'UpdateClientProduct', isRepeatable: true, parameters: {serviceid: '0'}});
			} catch (error) {
				if (!(error instanceof ClientError && error.kind === 'rejected')) {
					throw error;
				}
			}
		},
		async close() {
			await agent.destroy();
		},
	};
};
