import {once} from 'node:events';
import {connect} from 'node:net';
import {reasonOf} from '../no-answer.js';
import {u16} from './wire-bytes.js';

/** `127.0.0.1:53` or `[::1]:53` in its parts. */
export type ServerAddress = {
	readonly host: string;
	readonly port: number;
};

/** No answer came; `wasSent`: the request may have arrived. The message is safe text. */
export class NoAnswerError extends Error {
	override readonly name = 'NoAnswerError';
	readonly wasSent: boolean;

	constructor(message: string, wasSent: boolean) {
		super(message);
		this.wasSent = wasSent;
	}
}

export const readServerAddress = (server: string): ServerAddress => {
	const at = server.lastIndexOf(':');
	return {host: server.slice(0, at).replaceAll(/[[\]]/g, ''), port: Number(server.slice(at + 1))};
};

const readFramed = async (chunks: AsyncIterable<Buffer>): Promise<Buffer> => {
	let bytes = Buffer.alloc(0);
	for await (const chunk of chunks) {
		bytes = Buffer.concat([bytes, chunk]);
		const end = bytes.length < 2 ? Infinity : 2 + bytes.readUInt16BE(0);
		if (bytes.length > end) {
			throw new Error('it answered more than it said');
		}

		if (bytes.length === end) {
			return bytes.subarray(2);
		}
	}

	throw new Error('it closed the connection');
};

/** Sends one message over a connection of its own and answers the one that comes back. `ask` is called straight before it is sent; what it throws is thrown. */
export const exchange = async ({host, port}: ServerAddress, request: Buffer, {ask, signal}: {
	readonly ask: () => void; readonly signal: AbortSignal;
}): Promise<Buffer> => {
	if (signal.aborted) {
		throw new NoAnswerError('no connection in time', false);
	}

	const reason = (error: unknown, late: string): string => signal.aborted ? late : reasonOf(error);
	const socket = connect({
		host, port, noDelay: true, signal,
	});
	// Whoever waits for it gets the error; nobody waiting must not be the end of the process.
	socket.on('error', () => undefined);
	try {
		await once(socket, 'connect').catch((error: unknown) => {
			throw new NoAnswerError(reason(error, 'no connection in time'), false);
		});
		ask();
		socket.write(Buffer.concat([u16(request.length), request]));
		return await readFramed(socket as AsyncIterable<Buffer>).catch((error: unknown) => {
			throw new NoAnswerError(reason(error, 'no answer in time'), true);
		});
	} finally {
		socket.destroy();
	}
};
