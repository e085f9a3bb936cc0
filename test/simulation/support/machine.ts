import {createCluster, type Cluster} from '../../../source/simulation/cluster.js';
import {Background} from '../../../source/simulation/background.js';
import {Page} from '../../../source/simulation/endpoint.js';
import {Refusal} from '../../../source/simulation/refusal.js';
import {findRoute, runRequest} from '../../../source/simulation/router.js';
import {type PveRelease} from '../../../source/simulation/verify.js';

type Parameters = Readonly<Record<string, string | number>>;

/** What a call came to: its data, or its refusal. */
export type Outcome = {readonly status: number; readonly reason: string; readonly errors: Readonly<Record<string, string>>};

/** A cluster without a server, whose clock only moves when told to. */
export type Machine = {
	readonly cluster: Cluster;
	readonly pass: (milliseconds: number) => void;
	readonly call: <T = unknown>(method: string, path: string, parameters?: Parameters) => T;
	readonly refused: (method: string, path: string, parameters?: Parameters) => Outcome;
	/** Starts a task, lets it end, gives its exit status. */
	readonly finish: (method: string, path: string, parameters?: Parameters) => string;
	readonly exitOf: (upid: string) => string | undefined;
	readonly logOf: (upid: string) => readonly string[];
	readonly clone: (newid: number, parameters?: Parameters) => void;
	readonly fault: (rule: Readonly<Record<string, unknown>>) => number;
};

const born = Date.UTC(2026, 10, 21, 12);

export const createMachine = (seed = 1, pve: PveRelease = '9.2'): Machine => {
	const cluster = createCluster({seed, pve, nowMs: born});
	let now = born;

	const pass = (milliseconds: number) => {
		now += milliseconds;
		cluster.advance(now);
	};

	const call = <T>(method: string, path: string, parameters: Parameters = {}): T => {
		cluster.advance(now);
		const request = {method, path, parameters: Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, String(value)]))};
		const result = runRequest(cluster, request, findRoute(request));
		return (result instanceof Page ? result.rows : (result instanceof Background ? result.task.upid : result)) as T;
	};

	const nodeOf = (upid: string) => upid.split(':', 2)[1]!;
	const exitOf = (upid: string) => call<{exitstatus?: string}>('GET', `/nodes/${nodeOf(upid)}/tasks/${upid}/status`).exitstatus;
	const finish = (method: string, path: string, parameters?: Parameters) => {
		const upid = call<string>(method, path, parameters);
		for (let waited = 0; exitOf(upid) === undefined && waited < 1000; waited++) {
			pass(500);
		}

		return exitOf(upid) ?? 'never ended';
	};

	return {
		cluster, pass, call, finish, exitOf,
		refused(method, path, parameters) {
			try {
				call(method, path, parameters);
			} catch (error) {
				if (error instanceof Refusal) {
					return {status: error.status, reason: error.message, errors: error.errors ?? {}};
				}

				throw error;
			}

			return {status: 200, reason: 'OK', errors: {}};
		},
		logOf: upid => call<Array<{readonly t: string}>>('GET', `/nodes/${nodeOf(upid)}/tasks/${upid}/log`, {limit: 0}).map(({t}) => t),
		clone(newid, parameters = {}) {
			const exit = finish('POST', '/nodes/pve1/qemu/9000/clone', {newid, full: 1, ...parameters});
			if (exit !== 'OK') {
				throw new Error(exit);
			}
		},
		fault: rule => (cluster.faults.command({add: rule}) as {readonly id: number}).id,
	};
};
