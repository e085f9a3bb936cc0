import {parseUpid} from '../../domain/proxmox-texts.js';
import {ClientError} from '../client-error.js';
import {type Proxmox, type TaskRow} from './proxmox.js';
import {progressIn} from './task-progress.js';

/** What is known of a task: that it runs (or that nothing newer is known), how it ended, or that its node has no such task. */
export type TaskState = 'running' | 'missing' | {readonly exitStatus: string};

/** Watches a cluster's tasks with one call a look, however many there are. */
export type TaskWatch = {
	readonly look: (upids: readonly string[]) => Promise<ReadonlyMap<string, TaskState>>;
	/** Percent, as far as the task's log says; reads what came since the last time. */
	readonly progressOf: (upid: string) => Promise<number | undefined>;
};

const mostAskedAlone = 3;
const mostLines = 500;
const linesFromTheEnd = 50;

type Reading = {readonly next: number; readonly percent: number | undefined};

// A row with an end but no text has its text in the task's own status.
const stateOf = ({status, endTime}: TaskRow): TaskState | undefined => {
	if (status !== undefined) {
		return {exitStatus: status};
	}

	return endTime === undefined ? 'running' : undefined;
};

const isAboutOne = (error: unknown): error is ClientError => error instanceof ClientError && error.scope !== 'cluster';

/** Makes a watch for the tasks of one cluster. */
export const createTaskWatch = (reader: Proxmox): TaskWatch => {
	// Proxmox lists about 25 tasks a node. Those that are not among them are asked for alone, in turn.
	let queue: readonly string[] = [];
	let readings: ReadonlyMap<string, Reading> = new Map();
	/** More tasks run on it than the cluster lists. */
	let crowdedNode: string | undefined;

	const askAlone = async (upid: string): Promise<TaskState> => {
		try {
			const {isRunning, exitStatus} = await reader.getTaskStatus(upid);
			return isRunning ? 'running' : {exitStatus: exitStatus ?? 'unexpected status'};
		} catch (error) {
			if (!isAboutOne(error)) {
				throw error;
			}

			return error.kind === 'missing' ? 'missing' : 'running'; // A node that is away says nothing about its tasks.
		}
	};

	/** Where all are on one crowded node, its own list tells of all; else the cluster's. */
	const list = async (upids: readonly string[]): Promise<readonly TaskRow[]> => {
		const node = crowdedNode;
		if (node === undefined || upids.some(upid => parseUpid(upid)?.node !== node)) {
			return reader.listClusterTasks();
		}

		try {
			return await reader.listNodeTasks(node, {since: Math.min(...upids.map(upid => parseUpid(upid)!.startTime))});
		} catch (error) {
			if (!isAboutOne(error)) {
				throw error;
			}

			crowdedNode = undefined;
			return reader.listClusterTasks(); // The others' word is what there is of a node that is away.
		}
	};

	return {
		async look(upids) {
			if (upids.length === 0) {
				return new Map();
			}

			const listed = await list(upids);
			const states = new Map(listed.map(row => [row.upid, stateOf(row)]));
			const unlisted = new Set(upids.filter(upid => states.get(upid) === undefined));
			const inTurn = new Set([...queue.filter(upid => unlisted.has(upid)), ...unlisted]);
			const now = [...inTurn].slice(0, mostAskedAlone);
			crowdedNode = inTurn.size > mostAskedAlone ? parseUpid(now[0]!)?.node : crowdedNode;
			queue = [...[...inTurn].slice(mostAskedAlone), ...now];
			readings = new Map([...readings].filter(([upid]) => upids.includes(upid)));

			const alone = new Map(await Promise.all(now.map(async (upid): Promise<[string, TaskState]> => [upid, await askAlone(upid)])));
			return new Map(upids.map(upid => [upid, states.get(upid) ?? alone.get(upid) ?? 'running']));
		},
		async progressOf(upid) {
			const {next, percent} = readings.get(upid) ?? {next: 0, percent: undefined};
			const {lines, total} = await reader.getTaskLog(upid, {start: next, limit: mostLines});
			// A log that has grown far beyond what one call brings is taken up near its end.
			const reading = {next: Math.max(next + lines.length, total - linesFromTheEnd), percent: progressIn(lines) ?? percent};
			readings = new Map([...readings, [upid, reading]]);
			return reading.percent;
		},
	};
};
