import {Refused, type RefusalCode} from '../intents/refused.js';

/** What a billing system is answered: a status of HTTP and one JSON object. */
export type Answer = {
	readonly status: number;
	readonly body: Readonly<Record<string, unknown>>;
	/** Seconds, where it is worth trying again. */
	readonly retryAfter?: number;
	/** Methods, where another one was sent. */
	readonly allow?: string;
	/** What went wrong here, for our own log: never for whoever asked. */
	readonly fault?: unknown;
};

/** Why nothing was done. `problems`: one by one, where there may be several. */
export type Why = {
	readonly code: string;
	readonly message: string;
	readonly hint: string;
	readonly problems?: readonly string[];
	/** Seconds since the epoch, where the clocks differ. */
	readonly now?: number;
};

export const refusal = (status: number, why: Why, more: Pick<Answer, 'retryAfter' | 'allow' | 'fault'> = {}): Answer => ({status, body: {error: {problems: [], ...why}}, ...more});

const statuses: Readonly<Record<RefusalCode, number>> = {
	invalid: 422, unknown: 422, ambiguous: 422, 'not-allowed': 422, confirmation: 422, conflict: 409, 'read-only': 403, held: 503,
};

const answerForRefused = ({code, message, hint, problems}: Refused): Answer =>
	refusal(statuses[code], {
		code, message, hint, problems: statuses[code] === 422 ? problems : [],
	}, code === 'held' ? {retryAfter: 60} : {});

/** The answer where something was thrown: what is refused says why; what is broken says only that it is. */
export const answerForError = (error: unknown): Answer => {
	if (error instanceof Refused) {
		return answerForRefused(error);
	}

	// A face knows nothing of stores: their error is told by its name.
	return error instanceof Error && error.name === 'StoreUnusable'
		? refusal(503, {code: 'database', message: 'the database cannot be used now', hint: 'send it again later: the same order key is taken once'}, {retryAfter: 10, fault: error})
		: refusal(500, {code: 'failed', message: 'it failed here for a reason that is in the log', hint: 'send it again later: the same order key is taken once'}, {fault: error});
};
