import * as z from 'zod';
import {ClientError, type ClientErrorKind, type FaultScope} from '../client-error.js';
import {type HttpAnswer} from '../send-http.js';
import {type Show} from './hide-secret.js';

/** What an answer is judged by. */
export type WhmQuestion = {
	/** `createacct`, `WPX/create_website`. */
	readonly name: string;
	readonly isChange: boolean;
	readonly peer: string;
	/** Makes a text safe that may quote what we sent. */
	readonly show: Show;
};

/** What WHM says to a question that it understood: its data, or why not. */
export type WhmReply<Data> =
	| {readonly data: Data; readonly refusal: null}
	| {readonly data: null; readonly refusal: ClientError};

type Verdict = {readonly kind: ClientErrorKind; readonly scope: FaultScope; readonly message: string};

/** Perl's truth: 0 or 1, as a number or as text. */
export const flag = z.union([z.literal([0, 1]), z.literal(['0', '1']), z.boolean()]).transform(value => Boolean(Number(value)));

const envelope = z.object({metadata: z.object({result: flag, reason: z.string().nullish()}), data: z.unknown().optional()});
const texts = z.array(z.string()).nullish();
const uapiReply = z.object({status: flag, data: z.unknown().optional(), errors: texts});
const uapi = z.object({uapi: uapiReply});

const isLogin = (text: string): boolean => /<html|<!doctype html/i.test(text) && /log ?in|password/i.test(text);

const isDenied = ({status, text}: HttpAnswer): boolean => status === 401 || status === 403 || (status === 200 && isLogin(text));

/** The first row that matches decides about an answer that is none of WHM's own. */
const strangeAnswers: ReadonlyArray<readonly [when: (answer: HttpAnswer, isChange: boolean) => boolean, verdict: (answer: HttpAnswer) => Verdict]> = [
	[isDenied, ({status}) => ({kind: 'denied', scope: 'cluster', message: `it refuses our token (${status}): check the panel's user and token, and whether the token is revoked or expired`})],
	[({status}) => status >= 300 && status < 400, ({status, headers}) => ({kind: 'transient', scope: 'cluster', message: `it sends us on to ${headers.get('location') ?? 'nowhere'} (${status}): is the url that of a WHM?`})],
	[({status}) => status === 429, () => ({kind: 'transient', scope: 'cluster', message: 'it wants fewer requests (429)'})],
	[({status}) => status >= 400 && status < 500, ({status}) => ({kind: 'transient', scope: 'cluster', message: `it answers ${status}: is the url that of a WHM?`})],
	[(_, isChange) => isChange, ({status}) => ({kind: 'unknown-outcome', scope: 'item', message: `it answers ${status} with something else than WHM does`})],
	[() => true, ({status}) => ({kind: 'transient', scope: 'cluster', message: `it answers ${status} with something else than WHM does`})],
];

/** What WHM's own reasons mean; none of these: a change is refused for good, a look may go better later. */
const reasons: ReadonlyArray<readonly [pattern: RegExp, kind: ClientErrorKind, remedy?: string]> = [
	[/load module|can.t locate|(?:unknown|invalid) (?:app|module|function)|not find the function/i, 'rejected', 'sites are installed through UAPI\'s WPX, which cPanel has from 11.138 on'],
	[/permission|access denied|not authorized|do(?:es)? not have (?:access|the feature)/i, 'denied', 'give the token, and the account\'s package, what that needs'],
	[/\block|busy|temporar|try again|timed? ?out|in progress|unavailable|(?:could not|failed to|unable to) connect|internal (?:server )?error|too many/i, 'transient'],
];

/** An answer in other words than were agreed on. */
export const strangeReply = (problem: string, {name, isChange, peer, show}: WhmQuestion): ClientError => new ClientError(show(`${name} was answered with something else than expected: ${problem}`), {
	peer, kind: isChange ? 'unknown-outcome' : 'transient', status: 200,
});

const refusalOf = (given: string, question: WhmQuestion, status: number): ClientError => {
	const {name, isChange, peer, show} = question;
	const reason = given.trim() === '' ? 'no reason given' : given.trim();
	const [, kind, remedy] = reasons.find(([pattern]) => pattern.test(reason)) ?? [/^/, isChange ? 'rejected' : 'transient'] as const;
	return new ClientError(show(`${name}: ${reason}${remedy === undefined ? '' : `: ${remedy}`}`, 700), {peer, kind, status});
};

const parsed = (text: string): unknown => {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
};

const fit = <Data>(schema: z.ZodType<Data>, data: unknown, question: WhmQuestion): Data => {
	const {success, data: fitting, error} = schema.safeParse(data);
	if (!success) {
		throw strangeReply(error.issues.map(({path, message}) => `${path.join('.')}: ${message}`).join('; '), question);
	}

	return fitting;
};

/** Reads an answer; throws where it is none of WHM's: then nobody spoke to us, or nobody let us in. */
export const readWhm = <Data>(answer: HttpAnswer, schema: z.ZodType<Data>, question: WhmQuestion): WhmReply<Data> => {
	const {success, data: said} = envelope.safeParse(parsed(answer.text));
	if (!success) {
		const {kind, scope, message} = strangeAnswers.find(([when]) => when(answer, question.isChange))![1](answer);
		throw new ClientError(question.show(`${question.name}: ${message}`), {
			peer: question.peer, kind, scope, status: answer.status,
		});
	}

	return said.metadata.result
		? {data: fit(schema, said.data, question), refusal: null}
		: {data: null, refusal: refusalOf(said.metadata.reason ?? '', question, answer.status)};
};

/** The same of a function of UAPI, whose answer lies within. */
export const readUapi = <Data>(answer: HttpAnswer, schema: z.ZodType<Data>, question: WhmQuestion): WhmReply<Data> => {
	const outer = readWhm(answer, uapi, question);
	if (outer.refusal) {
		return outer;
	}

	const {status, data, errors} = outer.data.uapi;
	return status
		? {data: fit(schema, data, question), refusal: null}
		: {data: null, refusal: refusalOf((errors ?? []).join('; '), question, answer.status)};
};
