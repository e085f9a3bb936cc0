import {Buffer} from 'node:buffer';
import {Agent} from 'undici';
import {type Clock} from '../domain/clock.js';
import {safeText} from '../domain/safe-text.js';
import {type Secret, type Settings} from '../domain/settings.js';
import {withoutSecrets} from '../domain/without-secrets.js';
import {runAlertCommand} from './alert-command.js';
import {ClientError} from './client-error.js';
import {sendHttp} from './send-http.js';
import {systemTrust} from './system-trust.js';
import {loginOf} from './url-login.js';

/** What operators' tools get: JSON with the rendered text beside the facts. */
export type AlertMessage = Readonly<Record<string, unknown>>;

/** The operators' own ways of hearing of incidents, as `alerts` of the config has them. All throw `ClientError`; what they throw may be asked again. */
export type Alerts = {
	/** Runs the command with the message on its standard input. */
	readonly runCommand: (message: AlertMessage) => Promise<void>;
	/** Posts the message to the webhook. */
	readonly postWebhook: (message: AlertMessage) => Promise<void>;
	/** Calls the heartbeat's URL; does nothing where there is none. */
	readonly beat: () => Promise<void>;
	readonly close: () => Promise<void>;
};

type AlertOptions = {
	readonly clock: Clock;
	readonly commandTimeoutMs?: number;
	readonly httpTimeoutMs?: number;
};

const connections = 2;
const longestAnswerBytes = 1024 * 1024;

const isTransient = (status: number): boolean => status >= 500 || status === 408 || status === 425 || status === 429;

const retryAfterOf = (headers: Headers): number | null => {
	const text = headers.get('retry-after')?.trim() ?? '';
	return /^\d{1,6}$/.test(text) ? Number(text) * 1000 : null;
};

/** Cut only after what is secret was blotted out: no half of it stays. */
const mostLookedAt = 16_384;

/** Shorter parts of a URL are words of its path, and of many other texts. */
const shortestToken = 8;

/** What somebody may quote of a URL that is a secret: itself, its path, what may be a token in it, and the login before it. */
const secretsOf = (whole: string): readonly string[] => {
	const url = new URL(whole);
	const login = loginOf(url);
	const tokens = [...url.pathname.split('/'), ...url.searchParams.values()].filter(part => part.length >= shortestToken);
	const sent = login ? [login.pass, url.password, Buffer.from(`${login.user}:${login.pass}`).toString('base64')] : [];
	url.username = '';
	url.password = '';
	return [whole, url.href, `${url.pathname}${url.search}`, ...tokens, ...sent].filter(part => part.length > 1);
};

/** Speaks to what `alerts` names; of the URLs, which may be secrets, only the host is ever told. */
export const createAlerts = (settings: () => Settings['alerts'], {clock, commandTimeoutMs = 30_000, httpTimeoutMs = 10_000}: AlertOptions): Alerts => {
	let agent: Agent | undefined;

	const call = async (method: 'GET' | 'POST', secret: Secret, body?: string): Promise<void> => {
		const url = new URL(secret.reveal());
		agent ??= new Agent({connections, connect: {secureContext: systemTrust(), timeout: httpTimeoutMs, maxCachedSessions: 0}, maxResponseSize: longestAnswerBytes});
		const login = loginOf(url);
		const headers = {
			...(body !== undefined && {'content-type': 'application/json'}),
			...(login && {authorization: `Basic ${Buffer.from(`${login.user}:${login.pass}`).toString('base64')}`}),
		};
		url.username = '';
		url.password = '';
		const answer = await sendHttp({
			method, url, headers, body,
		}, {
			dispatcher: agent, clock, beforeSend: () => undefined, timeoutMs: httpTimeoutMs,
		});
		const {host: peer} = url;
		// Whatever it says may quote its own address.
		const secrets = secretsOf(secret.reveal());
		const clean = (text: string) => safeText(withoutSecrets(text, secrets), 300);

		if ('reason' in answer) {
			throw new ClientError(`${peer} cannot be reached: ${clean(answer.reason)}`, {peer, kind: 'transient', scope: 'cluster'});
		}

		const {status, statusText} = answer;
		if (status < 200 || status >= 300) {
			throw new ClientError(`${peer} answered ${clean(`${status} ${statusText}: ${answer.text.slice(0, mostLookedAt)}`)}`, {
				peer, kind: isTransient(status) ? 'transient' : 'rejected', scope: isTransient(status) ? 'cluster' : 'item', status, retryAfterMs: retryAfterOf(answer.headers),
			});
		}
	};

	return {
		runCommand: async message => runAlertCommand(settings().command, message, commandTimeoutMs),
		async postWebhook(message) {
			const {webhook} = settings();
			if (webhook === null) {
				throw new ClientError('there is no `alerts.webhook` in the config any more', {peer: 'webhook', kind: 'transient', scope: 'cluster'});
			}

			await call('POST', webhook, JSON.stringify(message));
		},
		async beat() {
			const {heartbeatUrl} = settings();
			if (heartbeatUrl !== null) {
				await call('GET', heartbeatUrl);
			}
		},
		async close() {
			await agent?.destroy();
		},
	};
};
