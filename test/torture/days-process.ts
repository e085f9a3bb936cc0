import {createDns} from '../../source/clients/dns/create-dns.js';
import {connectProxmox} from '../../source/clients/proxmox/http-proxmox.js';
import {createTaskWatch} from '../../source/clients/proxmox/task-watch.js';
import {type LogLine} from '../../source/domain/log.js';
import {type Settings} from '../../source/domain/settings.js';
import {type TaskName} from '../../source/domain/task.js';
import {runPipeline} from '../../source/pipelines/run-pipeline.js';
import {runOnce} from '../../source/scheduler/run-once.js';
import {createScheduler} from '../../source/scheduler/scheduler.js';
import {type WorkDeps} from '../../source/scheduler/work.js';
import {type Random} from '../../source/simulation/random.js';
import {openStore} from '../../source/store/open-store.js';
import {allTasks} from '../../source/tasks/all-tasks.js';
import {type Task} from '../../source/tasks/task.js';
import {installingWith} from '../support/installing.js';
import {type Bell} from './days-bell.js';
import {
	gatedConnection,
	gatedStore,
	Killed,
	type Gate,
} from './days-gate.js';
import {type Process, type VirtualTime} from './days-time.js';

/** What all processes of an installation share. */
export type Ground = {
	readonly time: VirtualTime;
	readonly bell: Bell;
	readonly database: string;
	readonly settings: () => Settings;
	readonly random: Random;
	/** Calls that are under way, and how many there ever were, of rows and of the cluster. */
	readonly traffic: {underWay: number; count: number};
	/** One writes at a time: with SQLite's own way of taking turns they would sleep for real. */
	readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>;
	/** What was seen that must never be. */
	readonly complain: (what: string) => void;
	readonly tell: (line: LogLine & {readonly process: string}) => void;
};

/** A scheduler or a run by hand, with a store and connections of its own, that can be killed or frozen between any two calls. */
export type Worker = {
	readonly process: Process;
	/** Dies at so many calls from now. */
	readonly killAfter: (calls: number) => void;
	readonly kill: () => void;
	readonly freeze: () => void;
	readonly thaw: () => void;
	/** Ends in order; a dead one is only buried. */
	readonly end: () => Promise<void>;
};

/** Who runs each task now, so that two at once are noticed. */
const running = new Map<TaskName, Process>();

const alone = (task: Task, process: Process, {complain}: Ground): Task => ({
	...task,
	async run(context) {
		const other = running.get(task.name);
		if (other && !other.isDead && !other.frozen) {
			complain(`${task.name} runs in ${other.name} and in ${process.name} at once`);
		}

		running.set(task.name, process);
		try {
			return await task.run(context);
		} finally {
			if (running.get(task.name) === process) {
				running.delete(task.name);
			}
		}
	},
});

type Body = {readonly process: Process; readonly deps: WorkDeps; readonly settings: Settings; readonly worker: Omit<Worker, 'end'>; readonly bury: () => Promise<void>; readonly endSession: () => Promise<void>};

let born = 0;

/** What a process is made of, before it does anything. */
const create = async (kind: 'daemon' | 'run', ground: Ground): Promise<Body> => {
	const {time, database, settings, random, tell, complain} = ground;
	born++;
	const process: Process = {name: `${kind}-${born}`, isDead: false};
	let fuse = Infinity;
	const real = await openStore({path: database, clock: time.clock});
	const connections = new Map(settings().clusters.map(cluster => [cluster.name, connectProxmox(cluster, {clock: time.clock})]));
	const dns = createDns(() => settings().dns, {clock: time.clock});
	let buried: Promise<unknown> | undefined;
	// As the kernel does: its locks are free at once, and what it began in the database is undone or whole.
	const kill = () => {
		process.isDead = true;
		ground.bell.forget(process);
		buried ??= Promise.allSettled([real.close(), dns.close(), ...connections.values().map(async connection => connection.close())]);
	};

	const gate: Gate = {
		async pass() {
			fuse--;
			if (fuse <= 0 && !process.isDead) {
				kill();
			}

			gate.check();
			await process.frozen?.promise;
			gate.check();
		},
		check() {
			if (process.isDead) {
				throw new Killed(`${process.name} is dead`);
			}
		},
	};
	const store = gatedStore(real, gate, ground, process);
	const gatedConnections = new Map(connections.entries().map(([name, connection]) => [name, gatedConnection(connection, gate, ground)]));
	const watches = new Map(gatedConnections.entries().map(([name, {reader}]) => [name, createTaskWatch(reader)]));
	const session = await real.sessions.start({
		kind, actor: 'crond', address: null, isReadOnly: false,
	});
	const deps: WorkDeps = {
		store, session, settings, clock: time.clock, random: random.next, createPassword: () => `generated-${random.hex(12)}`,
		log(line) {
			if (process.isDead) {
				return;
			}

			tell({...line, process: process.name});
		},
		connectionOf: name => gatedConnections.get(name), watchOf: name => watches.get(name), dns, pipeline: runPipeline, ...installingWith(settings),
		tasks: Object.fromEntries(Object.entries(allTasks).map(([name, task]) => [name, alone(task, process, ground)])) as Record<TaskName, Task>,
	};
	return {
		process, deps, settings: settings(),
		endSession: async () => real.sessions.end(session.id),
		async bury() {
			kill();
			for (const result of await buried as ReadonlyArray<PromiseSettledResult<unknown>>) {
				if (result.status === 'rejected') {
					complain(`${process.name} could not be buried: ${String(result.reason)}`);
				}
			}
		},
		worker: {
			process, kill,
			killAfter(calls) {
				fuse = calls;
			},
			freeze() {
				process.frozen ??= Promise.withResolvers();
			},
			thaw() {
				process.frozen?.resolve();
				process.frozen = undefined;
			},
		},
	};
};

/** Starts a daemon: a scheduler that leads or stands by. */
export const startDaemon = async (ground: Ground): Promise<Worker> => {
	const {process, deps, settings, worker, bury, endSession} = await create('daemon', ground);
	const scheduler = createScheduler({
		...deps, settings, schedule(fire) {
			const beat = setInterval(fire, 1000);
			return {
				stop() {
					clearInterval(beat);
				},
			};
		},
	});
	await ground.time.runAs(process, async () => scheduler.start());
	return {
		...worker,
		async end() {
			if (!process.isDead) {
				await ground.time.runAs(process, async () => scheduler.stop());
				await endSession();
			}

			await bury();
		},
	};
};

/** Runs a task by hand, as `--run-task` does: a process of its own beside the daemons. */
export const runByHand = async (ground: Ground, task: TaskName): Promise<Worker & {readonly ended: Promise<void>}> => {
	const {process, deps, worker, bury, endSession} = await create('run', ground);
	const run = async () => {
		try {
			await runOnce(deps, {
				task, by: 'crond', report: () => undefined, signal: new AbortController().signal,
			});
		} catch (error) {
			if (!process.isDead) {
				ground.complain(`${process.name} of ${task}: ${String(error)}`);
			}
		}

		if (!process.isDead) {
			await endSession();
		}

		await bury();
	};

	const ended = ground.time.runAs(process, run);
	return {
		...worker, ended,
		end: async () => ended,
	};
};
