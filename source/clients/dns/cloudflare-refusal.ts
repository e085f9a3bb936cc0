import {type Clock} from '../../domain/clock.js';
import {safeText} from '../../domain/safe-text.js';
import {ClientError, type ClientErrorKind, type FaultScope} from '../client-error.js';
import {type JsonAnswer, retryAfterOf, wordsOf} from './http-json.js';

/** Cloudflare's own numbers of what code branches on. */
export const codes = {
	/** There is such a record; whether it has this content is to be seen. */
	recordExists: 81_057,
	identicalExists: 81_058,
	noSuchRecord: 81_044,
} as const;

export type CloudflareProblem = {readonly code?: number; readonly message: string; readonly error_chain?: ReadonlyArray<{readonly code?: number; readonly message: string}>};

/** Past its limit Cloudflare answers nothing for this long. */
const blockedMs = 300_000;

const authentication = [10_000, 9109, 9103, 6003];
const inTheWay = [81_053, 81_054];
const noSuchZone = [7000, 7003, 1001];
const throttled = 971;
// From in front of the API: whether it heard of the change is not known.
const isGateway = (status: number): boolean => status === 502 || status === 504 || status >= 520;

export type Refused = {
	readonly answer: JsonAnswer;
	readonly problems: readonly CloudflareProblem[];
	readonly isChange: boolean;
};

type Verdict = {
	readonly kind: ClientErrorKind;
	readonly scope: FaultScope;
	/** What it means or what to do, where the words do not say. */
	readonly remedy?: string;
};

/** All numbers that an answer gives as its reason. */
export const codesOf = (problems: readonly CloudflareProblem[]): readonly number[] =>
	problems.flatMap(({code, error_chain: chain = []}) => [code, ...chain.map(link => link.code)]).filter(code => code !== undefined);

const isOneOf = ({problems}: Refused, wanted: readonly number[]): boolean => codesOf(problems).some(code => wanted.includes(code));

/** The first row that matches decides. */
const verdicts: ReadonlyArray<readonly [when: (refused: Refused) => boolean, verdict: (refused: Refused) => Verdict]> = [
	[refused => refused.answer.status === 429 || isOneOf(refused, [throttled]), () => ({kind: 'transient', scope: 'cluster', remedy: 'its limit of requests is reached'})],
	[({answer}) => answer.status >= 500, ({answer, isChange}) => ({kind: isChange && isGateway(answer.status) ? 'unknown-outcome' : 'transient', scope: 'cluster'})],
	[({answer}) => answer.json === undefined, () => ({kind: 'transient', scope: 'cluster', remedy: 'that is no answer of Cloudflare\'s API'})],
	[refused => [401, 403].includes(refused.answer.status) || isOneOf(refused, authentication), () => ({
		kind: 'denied', scope: 'cluster', remedy: 'the token is refused: it needs Zone: Read and DNS: Edit for this zone, and must not have expired',
	})],
	[refused => isOneOf(refused, inTheWay), () => ({kind: 'rejected', scope: 'item', remedy: 'a CNAME or another record stands in the way'})],
	[refused => isOneOf(refused, noSuchZone), () => ({kind: 'missing', scope: 'item'})],
	[() => true, () => ({kind: 'rejected', scope: 'item'})],
];

const textOf = ({answer: {status, json}, problems}: Refused): string => {
	const said = problems.map(({code, message, error_chain: chain = []}) =>
		`${[message, ...chain.map(link => link.message)].map(text => text.trim().replace(/[.:]$/, '')).filter(text => text !== '').join(': ')}${code === undefined ? '' : ` (${code})`}`);
	return said.length > 0 ? said.join('; ') : (json === undefined ? `status ${status} without JSON` : `status ${status} without a reason`);
};

/** The error that an answer is which says no, or says nothing. */
export const refusalOf = (refused: Refused, {peer, secret, clock}: {readonly peer: string; readonly secret: string; readonly clock: Pick<Clock, 'now'>}): ClientError => {
	const {kind, scope, remedy} = verdicts.find(([when]) => when(refused))![1](refused);
	const {answer} = refused;
	const isThrottled = answer.status === 429 || isOneOf(refused, [throttled]);
	const words = wordsOf(textOf(refused), [secret], 400);
	return new ClientError(safeText(`Cloudflare: ${words}${remedy === undefined ? '' : `: ${remedy}`}`, 700), {
		peer, kind, scope, status: answer.status, retryAfterMs: retryAfterOf(answer, clock) ?? (isThrottled ? blockedMs : null),
	});
};
