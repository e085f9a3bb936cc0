import {classifyFailure} from '../../domain/proxmox-texts.js';
import {safeText} from '../../domain/safe-text.js';
import {withoutSecrets} from '../../domain/without-secrets.js';
import {ClientError, type ClientErrorKind, type FaultScope} from '../client-error.js';
import {type ApiCall, isChange} from './api-call.js';
import {type Answer} from './transport.js';

/** Who was asked, and what no message may hold. */
export type Peer = {
	readonly name: string;
	readonly tokenId: string;
	readonly tokenSecret: string;
};

type Verdict = {
	readonly kind: ClientErrorKind;
	readonly scope: FaultScope;
	/** What to do about it, where the text does not say. */
	readonly remedy?: string;
};

type Failure = {
	readonly status: number;
	readonly text: string;
	readonly call: ApiCall;
	readonly peer: Peer;
};

// Between connecting and speaking TLS nothing can have been done: these texts of 595 and 596 are from there.
const neverArrived = /connection refused|no route to host|network is unreachable|certificate verify failed|tls_process/i;
const foreignNode = /hostname lookup .* failed|proxy loop detected/i;

const ofNode: Verdict = {kind: 'transient', scope: 'node'};
const notProxmox: Verdict = {kind: 'transient', scope: 'cluster', remedy: 'is the URL a Proxmox API?'};

/** What the asked node says when it cannot reach the one in the path. */
export const isProxyTrouble = (status: number): boolean => [595, 596, 599].includes(status);

const ofProxy = ({text, call}: Failure): Verdict => ({
	kind: isChange(call) && !neverArrived.test(text) ? 'unknown-outcome' : 'transient',
	scope: call.node === undefined ? 'cluster' : 'node',
	remedy: call.node === undefined ? undefined : `${call.node} cannot be reached from the node that was asked`,
});

/** The first row that matches decides. */
const verdicts: ReadonlyArray<readonly [when: (failure: Failure) => boolean, verdict: (failure: Failure) => Verdict]> = [
	[({status}) => status === 401, ({peer}) => ({
		kind: 'denied', scope: 'cluster', remedy: `the token ${peer.tokenId} is refused: check its id and secret, and whether it is expired or disabled`,
	})],
	[({status}) => status === 403, ({text}) => ({kind: 'denied', scope: 'item', remedy: /\(\/.*,/.test(text) ? 'give the token a role with that privilege on that path' : undefined})],
	[({status}) => isProxyTrouble(status), ofProxy],
	[({status, text}) => status === 500 && foreignNode.test(text), () => ofNode],
	[({status, text}) => status === 400 && classifyFailure(text) === 'missing', () => ({kind: 'missing', scope: 'item'})],
	[({status}) => status === 400 || status === 501, () => ({kind: 'rejected', scope: 'item'})],
	[({status}) => status < 500 && status !== 408 && status !== 429, () => notProxmox],
	[({status, call}) => isChange(call) && (status === 502 || status === 504), () => ({kind: 'unknown-outcome', scope: 'item'})],
	[() => true, ({text}) => {
		const kind = classifyFailure(text);
		return {kind, scope: kind === 'no-quorum' ? 'cluster' : 'item'};
	}],
];

const stringIn = (body: unknown, name: string): string | undefined => {
	const value: unknown = typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined;
	return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
};

const parsed = (text: string): unknown => {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
};

// The body's text is whole and UTF-8; older servers have the reason in the status line only.
const textOf = ({statusText, text}: Answer): string => {
	const body = parsed(text);
	const message = stringIn(body, 'message') ?? statusText.trim();
	const errors: unknown = (body as {errors?: unknown} | undefined)?.errors;
	const details = typeof errors === 'object' && errors !== null ? Object.entries(errors).map(([name, problem]) => `${name}: ${String(problem).trim()}`) : [];
	return details.length > 0 ? `${message.replace(/\.$/, '')}: ${details.join('; ')}` : message;
};

// A refusal may quote what it refuses; what is shorter stands in every text.
const shortestSecret = 3;
const secretsOf = ({tokenSecret}: Peer, {parameters}: ApiCall): readonly string[] => [tokenSecret, String(parameters?.cipassword ?? '')].filter(secret => secret.length >= shortestSecret);

/** The error that an answer with a status of 300 and above is. */
export const refusalOf = (answer: Answer, call: ApiCall, peer: Peer): ClientError => {
	const {status} = answer;
	const text = withoutSecrets(textOf(answer), secretsOf(peer, call));
	const failure = {
		status, text, call, peer,
	};
	const {kind, scope, remedy} = verdicts.find(([when]) => when(failure))![1](failure);
	const isExplained = status === 500 || status === 403;
	const where = isExplained ? '' : ` (${status} to ${call.method} ${call.path})`;
	const message = `${text === '' ? 'no reason given' : text}${where}${remedy === undefined ? '' : `: ${remedy}`}`;
	return new ClientError(safeText(message, 700), {
		peer: peer.name, kind, scope, node: call.node ?? null, status,
	});
};

/** A reply that does not say what it should: of a change it is not known what it did. */
export const strangeReply = (problem: string, call: ApiCall, peer: string, cause?: unknown): ClientError =>
	new ClientError(safeText(`${call.method} ${call.path} was answered with something else than expected: ${problem}`), {
		peer, kind: isChange(call) ? 'unknown-outcome' : 'transient', node: call.node ?? null, status: 200, cause,
	});
