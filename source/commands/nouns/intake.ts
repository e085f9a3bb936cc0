import {decodeText} from '../../config/read-text.js';
import {safeText} from '../../domain/safe-text.js';
import {Refused} from '../../intents/refused.js';
import {exitCodes, type Command, type Output} from '../io/io.js';
import {readJson} from '../words/read-json.js';

type Sent = {readonly method: string; readonly path: string; readonly body: unknown};

/** An order with what is around it. */
const longest = 256 * 1024;

const hint = 'write one JSON object: {"method": "GET", "path": "/v1/ping"}, or {"method": "POST", "path": "/v1/orders", "body": {…}}';

const readSent = async ({io}: Output): Promise<Sent> => {
	if (io.isTerminal) {
		throw new Refused('invalid', 'there is no request on standard input', hint);
	}

	const read = decodeText(await io.readStdin(longest), longest);
	if ('problem' in read) {
		throw new Refused('invalid', `the request: ${read.problem}`, hint);
	}

	const sent = readJson(read.text, hint, 'request');
	if (typeof sent !== 'object' || sent === null || Array.isArray(sent)) {
		throw new Refused('invalid', 'the request is no JSON object', hint);
	}

	const {method, path, body, ...others} = sent as Readonly<Record<string, unknown>>;
	const [other] = Object.keys(others);
	if (typeof method !== 'string' || typeof path !== 'string' || other !== undefined) {
		throw new Refused('invalid', other === undefined ? 'the request needs a method and a path, both texts' : `the request has no ${safeText(other, 40)}`, hint);
	}

	return {method, path, body};
};

const exitCodeOf = (status: number): number => {
	if (status < 400) {
		return exitCodes.done;
	}

	return status < 500 ? exitCodes.refused : (status === 503 ? exitCodes.noDatabase : exitCodes.failed);
};

/** One request of a billing system over ssh: the session is its proof, so it needs no signature. */
export const intake: Command = async (app, _words, _flags, output) => {
	const {method, path, body} = await readSent(output);
	const {createAnswering} = await import('../../intake/create-answering.js');
	const {clock} = output.io;
	const {actor} = app;
	const answer = createAnswering({
		app, clock, seesAll: true,
		gate: async () => ({keyName: `session:${actor.name}`, actor}),
	});
	const text = body === undefined ? '' : JSON.stringify(body);
	const {status, body: told} = await answer({
		method, path, body: Buffer.from(text), headers: {'content-type': 'application/json'}, address: actor.address,
	});
	output.json({status, body: told});
	return exitCodeOf(status);
};

/** The same where the database does not open: whoever reads standard output is told there. */
export const answerWithout = async (error: unknown, output: Output): Promise<number> => {
	const {answerForError} = await import('../../intake/answer.js');
	const {status, body} = answerForError(error);
	if (status !== 503) {
		throw error;
	}

	output.json({status, body});
	output.err(error instanceof Error ? error.message : String(error));
	return exitCodes.noDatabase;
};
