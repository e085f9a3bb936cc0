import {onTestFinished} from 'vitest';
import {type Operation} from '../../source/domain/operation.js';
import {type Vm} from '../../source/domain/vm.js';
import {type Store} from '../../source/store/store.js';
import {cluster} from '../config/load.js';
import {createShell, order, type Shell} from './shell.js';

/** One cluster with a storage for backups, and what may be ordered there. */
export const deployedConfig = (more = ''): string => `timezone: Europe/Berlin
clusters:
${cluster('fra1', '    backup: {storage: shared}\n').replace('https://fra1.example.net:8006', 'https://127.0.0.1:1')}templates:
  debian-12: [{cluster: fra1, vmid: 9000}]
packages:
  kvm-s: {cores: 1, memoryMib: 1024, diskGib: 10, snapshots: 2, backups: 2, backupDays: [mon], backupAt: "02:30"}
  kvm-l: {cores: 4, memoryMib: 8192, diskGib: 20, additionalDiskGib: 5, additionalDiskStorage: local-lvm}
${more}`;

export type Deployed = Shell & {
	readonly store: Store;
	readonly vm: Vm;
	/** Ends what is open, as the scheduler would. */
	readonly finishAll: (state?: 'done' | 'failed', message?: string) => Promise<void>;
	readonly listOpen: () => Promise<readonly Operation[]>;
};

/** A shell beside a VM that was deployed, v101 at fra1/10000; nobody leads. */
export const deploy = async (more = '', own: Readonly<Record<string, unknown>> = {}): Promise<Deployed> => {
	const shell = createShell(deployedConfig(more));
	await shell.cronsole('vm create', {stdin: order(own)});
	const store = await shell.openStore();
	const {id} = (await store.read.vms.findByReference('whmcs-1'))!;
	const listOpen = async () => store.read.operations.listOpen(id);
	const finishAll: Deployed['finishAll'] = async (state, message) => {
		for (const operation of await listOpen()) {
			await store.write(async tables => {
				await tables.operations.begin(operation.id, Date.now());
				await tables.operations.finish(operation.id, state ?? 'done', Date.now(), message);
			});
		}
	};

	await finishAll();
	const vm = await store.write(async tables => {
		const ordered = await tables.vms.get(id);
		await tables.vms.reserveVmid(ordered, [10_000, 19_999], new Set());
		await tables.vms.set(id, {node: 'pve1', remoteStatus: 'running', password: null});
		await tables.vms.enter(ordered, 'ready', Date.now());
		return tables.vms.get(id);
	});
	return {
		...shell, store, vm, finishAll, listOpen,
	};
};

/** Calls again and again until the test is over, as a scheduler that leads would. */
export const keepDoing = (work: () => Promise<void>): void => {
	const over = new AbortController();
	const loop = async () => {
		while (!over.signal.aborted) {
			await work();
			await new Promise(resolve => {
				setTimeout(resolve, 50);
			});
		}
	};

	const running = loop();
	onTestFinished(async () => {
		over.abort();
		await running;
	});
};
