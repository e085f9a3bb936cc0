import {setTimeout as sleep} from 'node:timers/promises';
import {onTestFinished} from 'vitest';
import {type Settings} from '../../source/domain/settings.js';
import {type TaskName} from '../../source/domain/task.js';
import {runPipeline} from '../../source/pipelines/run-pipeline.js';
import {createWork} from '../../source/scheduler/work.js';
import {createDns} from '../../source/clients/dns/create-dns.js';
import {connectProxmox} from '../../source/clients/proxmox/http-proxmox.js';
import {allTasks} from '../../source/tasks/all-tasks.js';
import {type Tally} from '../../source/domain/run.js';
import {withStorage} from '../pipelines/backup-world.js';
import {type World} from '../pipelines/world.js';
import {installingWith} from '../support/installing.js';

export type TaskRun = Pick<Tally, 'processed' | 'errors' | 'waiting' | 'message'> & {readonly lines: readonly string[]};

/** Waits until the cluster has ended every task that was begun, and writes that down, as the leader's watch would. */
export const endTasks = async ({store, proxmox, clock}: World): Promise<void> => {
	for (const {id, upid} of await store.read.remoteTasks.listRunning()) {
		let status = await proxmox.getTaskStatus(upid!);
		while (status.isRunning) {
			await sleep(5);
			status = await proxmox.getTaskStatus(upid!);
		}

		const {exitStatus} = status;
		await store.write(async ({remoteTasks}) => remoteTasks.finish(id, exitStatus!, clock.now()));
	}
};

/** Runs a task as by hand, with its lock, its record and the real pipelines. */
export const createRuns = async (world: World, own: Partial<Settings> = {}): Promise<(task: TaskName) => Promise<TaskRun>> => {
	const {store, clock} = world;
	const settings: Settings = {...withStorage(world), ...own};
	const session = await store.sessions.start({
		kind: 'run', actor: 'anna', address: null, isReadOnly: false,
	});
	const connection = connectProxmox(settings.clusters[0]!, {clock});
	const dns = createDns(() => settings.dns, {clock});
	onTestFinished(async () => {
		await connection.close();
		await dns.close();
	});
	const {signal} = new AbortController();
	const {runTask} = createWork({
		store, session, settings: () => settings, clock, createPassword: () => 'a-new-Password-23456', random: () => 0.5, log: () => undefined,
		connectionOf: name => settings.clusters.some(cluster => cluster.name === name) ? connection : undefined, watchOf: () => undefined, dns, pipeline: runPipeline, tasks: allTasks,
		...installingWith(() => settings),
	}, {
		write: store.write, signal, isAllowed: () => true, onChange: () => undefined, onMoved: () => undefined,
	});

	return async task => {
		const lines: string[] = [];
		const {run, heldBy} = await runTask({
			task, trigger: 'manual', by: 'anna', signal, report(line) {
				lines.push(line);
			},
		});
		if (!run) {
			throw new Error(heldBy);
		}

		const {processed, errors, waiting, message} = run;
		return {
			processed, errors, waiting, message, lines,
		};
	};
};
