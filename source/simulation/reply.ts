import {Buffer} from 'node:buffer';
import {type ServerResponse} from 'node:http';
import {gzipSync} from 'node:zlib';
import {Page} from './endpoint.js';
import {type Random} from './random.js';
import {type Refusal} from './refusal.js';

const bare = new Set([401, 506, 595, 596, 599]);

/** Rows of a graph, without anything inside a row. */
const isLongList = (items: readonly unknown[]): items is ReadonlyArray<Readonly<Record<string, unknown>>> => items.length > 50
	&& items.every(item => typeof item === 'object' && item !== null && Object.values(item).every(value => typeof value !== 'object'));

/** JSON with the keys of each object in any order, as Perl's hashes come. */
const toShuffledJson = (value: unknown, random: Random): string => {
	if (typeof value !== 'object' || value === null) {
		return JSON.stringify(value);
	}

	if (Array.isArray(value)) {
		const items: readonly unknown[] = value;
		if (isLongList(items)) {
			// One order for all of its rows is as good as any, and many times faster.
			const names = new Set(items.flatMap(row => Object.keys(row)));
			return JSON.stringify(items, random.shuffle([...names]));
		}

		return `[${items.map(item => toShuffledJson(item, random)).join(',')}]`;
	}

	const parts: string[] = [];
	for (const [name, item] of Object.entries(value)) {
		if (item !== undefined) {
			parts.push(`${JSON.stringify(name)}:${toShuffledJson(item, random)}`);
		}
	}

	return `{${random.shuffle(parts).join(',')}}`;
};

/** Sends a success. */
export const sendAnswer = (response: ServerResponse, answer: unknown, random: Random, isGzipWanted: boolean): void => {
	const envelope = answer instanceof Page ? {data: answer.rows, total: answer.total} : {data: answer ?? null};
	const json = Buffer.from(toShuffledJson(envelope, random));
	const isZipped = isGzipWanted && json.length > 1024;
	const body = isZipped ? gzipSync(json, {level: 1}) : json;
	response.writeHead(200, 'OK', {
		// What comes through the inner daemon carries both. For the rest Node says itself which request is a connection's last.
		...(response.req.method !== 'GET' && {Connection: 'close, Keep-Alive'}),
		Server: 'pve-api-daemon/3.0',
		'Content-Type': 'application/json;charset=UTF-8',
		'Content-Length': body.length,
		...(isZipped && {'Content-Encoding': 'gzip'}),
	});
	response.end(body);
};

/** Sends a refusal: its reason in the status line, and the connection closes. */
export const sendRefusal = (response: ServerResponse, {status, message, errors}: Refusal): void => {
	const head = {Connection: 'close', Server: 'pve-api-daemon/3.0'};
	if (message.includes('\r')) {
		response.writeHead(400, 'Bad Request', head);
		response.end();
		return;
	}

	// A status line is bytes: UTF-8 goes out as it is.
	const reason = Buffer.from(message.split('\n', 1)[0]!.replaceAll(/\p{Control}/gu, '?')).toString('latin1');
	if (bare.has(status)) {
		response.writeHead(status, reason, head);
		response.end();
		return;
	}

	const body = Buffer.from(JSON.stringify({data: null, message: status === 501 ? message : `${message}\n`, ...(errors && {errors})}));
	response.writeHead(status, reason, {...head, 'Content-Type': 'application/json;charset=UTF-8', 'Content-Length': body.length});
	response.end(body);
};
