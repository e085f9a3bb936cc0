import {createHash, timingSafeEqual} from 'node:crypto';
import {type IncomingMessage, type ServerResponse} from 'node:http';
import {Background} from './background.js';
import {type Cluster} from './cluster.js';
import {type FaultSubject} from './faults.js';
import {type Random} from './random.js';
import {FileLocked, Refusal} from './refusal.js';
import {sendAnswer, sendRefusal} from './reply.js';
import {
	checkHead,
	readBody,
	readContent,
	type RequestContent,
} from './request-body.js';
import {type RequestLog} from './request-log.js';
import {
	findRoute,
	runRequest,
	type ApiRequest,
	type Route,
} from './router.js';
import {tokenId} from './world.js';

/** Resolves after that time, rejects when the signal is aborted. */
export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>;

/** What the API stands on. */
export type ApiContext = {
	readonly cluster: Cluster;
	/** Simulated milliseconds. */
	readonly now: () => number;
	/** Whether the protocol's own delays are waited for. */
	readonly waits: boolean;
	readonly secret: string;
	/** The chance behind the order of keys: its own, so that requests do not change what the cluster does. */
	readonly keyOrder: Random;
	readonly log: RequestLog;
	/** How a request is kept waiting. */
	readonly sleep: Sleep;
	readonly signal: AbortSignal;
};

const unauthorisedMs = 3000;
const frozenMs = 30_000;
const lookAgainMs = 10;

// The connection was cut: no status was ever sent.
const cut = 0;

const digest = (value: string) => createHash('sha256').update(value).digest();

const authenticate = ({cluster, secret}: ApiContext, request: IncomingMessage, path: string) => {
	const header = request.headers.authorization ?? '';
	if (!header.startsWith('PVEAPIToken=')) {
		throw new Refusal(401, 'No ticket');
	}

	const isRight = timingSafeEqual(digest(header), digest(`PVEAPIToken=${tokenId}=${secret}`));
	if (!isRight || cluster.faults.take('revoked-token', {method: request.method, path})) {
		throw new Refusal(401, 'Authentication failed!');
	}
};

const pathOf = (raw: string) => {
	try {
		return decodeURIComponent(raw).replace(/^\/api2\/json(?=\/|$)/, '');
	} catch {
		throw new Refusal(400, 'bad request URI');
	}
};

const subjectOf = ({method, path, parameters}: ApiRequest): FaultSubject => {
	const vmids = [/\/qemu\/(\d+)/.exec(path)?.[1], parameters.newid, parameters.vmid].filter(id => id !== undefined).map(Number);
	const storage = /\/storage\/([^/]+)/.exec(path)?.[1] ?? parameters.storage;
	return {
		method, path, node: /^\/nodes\/([^/]+)/.exec(path)?.[1], vmids, ...(storage !== undefined && {storage}),
	};
};

// A lock file that is held is waited for; everything else is answered at once.
const runPatiently = async (context: ApiContext, request: ApiRequest, route: Route): Promise<unknown> => {
	const {cluster, now, signal, sleep} = context;
	const startedAt = now();
	for (;;) {
		cluster.advance(now());
		try {
			return runRequest(cluster, request, route);
		} catch (error) {
			if (!(error instanceof FileLocked)) {
				throw error;
			}

			if (now() - startedAt >= error.waitMs) {
				throw new Refusal(500, error.message);
			}
		}

		await sleep(lookAgainMs, signal);
	}
};

const finishInBackground = async ({cluster, now, signal, sleep}: ApiContext, {task, waitMs, prefix}: Background): Promise<unknown> => {
	const until = now() + waitMs;
	while (task.endtime === undefined && now() < until) {
		await sleep(lookAgainMs, signal);
		cluster.advance(now());
	}

	if (task.endtime === undefined) {
		return task.upid;
	}

	if (task.exitstatus !== 'OK') {
		throw new Refusal(500, `${prefix}${task.exitstatus}`);
	}

	return null;
};

/** What the faults do before a request is run: delays, refusals; true where the connection is to be cut. */
const isCutByFaults = async ({cluster: {faults}, waits, signal, sleep}: ApiContext, subject: FaultSubject): Promise<boolean> => {
	const slow = faults.take('slow', subject);
	if (slow) {
		await sleep(slow.ms ?? 1000, signal);
	}

	if (faults.take('drop', subject)) {
		return true;
	}

	if (faults.take('proxy-refused', subject)) {
		throw new Refusal(595, 'Connection refused');
	}

	if (faults.take('proxy-timeout', subject)) {
		await sleep(waits ? frozenMs : 0, signal);
		throw new Refusal(596, 'Connection timed out');
	}

	const given = faults.take('status', subject);
	if (given) {
		throw new Refusal(given.status ?? 500, given.text ?? 'simulated failure');
	}

	return false;
};

/** Answers one call; gives its status for the log. */
const answer = async (context: ApiContext, request: IncomingMessage, response: ServerResponse, path: string, content: RequestContent): Promise<number> => {
	const {cluster, keyOrder} = context;
	const call: ApiRequest = {method: request.method!, path, parameters: content.parameters};
	const subject = subjectOf(call);
	if (await isCutByFaults(context, subject)) {
		response.destroy();
		return cut;
	}

	const route = findRoute(call);
	let result = await runPatiently(context, call, route);
	if (result instanceof Background) {
		result = await finishInBackground(context, result);
	}

	if (cluster.faults.take('lost-answer', subject)) {
		response.destroy();
		return cut;
	}

	// It was carried out, and what stands before it gave up on it.
	const failed = cluster.faults.take('failed-answer', subject);
	if (failed) {
		throw new Refusal(failed.status ?? 596, failed.text ?? 'Connection timed out');
	}

	sendAnswer(response, result, keyOrder, /\bgzip\b/.test((request.headers['accept-encoding'] ?? '')));
	return 200;
};

const refusalOf = (error: unknown): Refusal => error instanceof Refusal ? error : new Refusal(500, error instanceof Error ? error.message : String(error));

/** Serves one request from its first header to its line in the log. */
export const serveApi = async (context: ApiContext, request: IncomingMessage, response: ServerResponse): Promise<void> => {
	const [rawPath = '', query = ''] = (request.url ?? '').split(/\?(.*)/s, 2);
	const body = await readBody(request);
	let content: RequestContent = {sent: {}, parameters: {}, isJson: false};
	let status = cut;
	try {
		checkHead(request);
		authenticate(context, request, rawPath);
		content = readContent(request, query, body);
		status = await answer(context, request, response, pathOf(rawPath), content);
	} catch (error) {
		if (context.signal.aborted) {
			response.destroy();
			return;
		}

		const refusal = refusalOf(error);
		status = refusal.status;
		if (status === 401 && context.waits) {
			await context.sleep(unauthorisedMs, context.signal).catch(() => undefined);
		}

		sendRefusal(response, refusal);
	}

	context.log.request({
		at: context.now(), method: request.method!, path: rawPath, params: content.sent, json: content.isJson, status,
	});
};
