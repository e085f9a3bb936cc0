import {type App} from '../app.js';
import {decodeText} from '../config/read-text.js';
import {type Clock} from '../domain/clock.js';
import {readJson} from '../commands/words/read-json.js';
import {Refused} from '../intents/refused.js';
import {type Answer, answerForError, refusal} from './answer.js';
import {
	type Caller,
	type Gate,
	type IntakeRequest,
	isAnswer,
} from './gate.js';
import {findRoute, readPath, type Route} from './routes.js';

/** No order is nearly as long. */
export const longestBody = 64 * 1024;

/** Answers one request. Never throws. */
export type Answering = (request: IntakeRequest) => Promise<Answer>;

export type AnsweringDeps = {
	readonly app: App;
	readonly clock: Clock;
	/** Who asks. */
	readonly gate: Gate;
	/** Whether the orders of others may be looked at too. */
	readonly seesAll?: boolean;
};

const tooLong = refusal(413, {code: 'too-large', message: `the body is longer than ${longestBody / 1024} KiB`, hint: 'send one order at a time'});

const wrongType = refusal(415, {code: 'type', message: 'the body is not sent as application/json', hint: 'send Content-Type: application/json, and the body as it is: not compressed'});

const hint = 'send one JSON object in UTF-8, as docs/openapi.yaml has it';

const isJsonType = ({'content-type': type = '', 'content-encoding': encoding = 'identity'}: IntakeRequest['headers']): boolean =>
	/^application\/json(?:\s*;\s*charset="?utf-8"?)?\s*$/i.test(type) && encoding === 'identity';

const refuseBody = ({body, headers}: IntakeRequest, {method}: Route): Answer | undefined => {
	if (body.length > longestBody) {
		return tooLong;
	}

	return method === 'POST' && !isJsonType(headers) ? wrongType : undefined;
};

/** The JSON of a body; what is none is answered with 400, not 422: nothing in it could be mended by itself. */
const readBody = (body: Uint8Array): Answer | {readonly json: unknown} => {
	const read = decodeText(body, longestBody);
	if ('problem' in read) {
		return refusal(400, {code: 'json', message: `the body: ${read.problem}`, hint});
	}

	try {
		return {json: readJson(read.text, hint)};
	} catch (error) {
		if (error instanceof Refused) {
			return refusal(400, {code: 'json', message: error.message, hint: error.hint});
		}

		throw error;
	}
};

/** Answers what billing systems ask, however it came here. */
export const createAnswering = ({app, clock, gate, seesAll = false}: AnsweringDeps): Answering => {
	const answerCaller = async (request: IntakeRequest, route: Route, caller: Caller): Promise<Answer> => {
		const read = route.method === 'POST' ? readBody(request.body) : {json: undefined};
		if ('status' in read) {
			return read;
		}

		const {parts, query} = readPath(request.path)!;
		return route.answer({
			app, clock, caller, query, word: parts.at(-1)!, body: read.json, owner: seesAll ? null : caller.keyName,
		});
	};

	return async request => {
		try {
			const place = readPath(request.path);
			const route = place ? findRoute(request.method, place) : refusal(404, {code: 'unknown', message: 'that is no path', hint: 'docs/openapi.yaml lists what there is'});
			if ('status' in route) {
				return route;
			}

			const refused = refuseBody(request, route);
			if (refused) {
				return refused;
			}

			const caller = await gate(request);
			return isAnswer(caller) ? caller : await answerCaller(request, route, caller);
		} catch (error) {
			return answerForError(error);
		}
	};
};
