import {type Store} from '../../../source/store/store.js';
import {newVm} from '../../store/support/temporary-store.js';
import {type Shell} from '../../commands/shell.js';

/** A line that looks as if the console had written it. */
export const forgedLine = '│ 18:40:03 error  scheduler  FORGED │';

/** What a peer says who wants to be believed. */
export const poison = `poison \u{1B}[35mpink\u{1B}[8m\u{1B}[44m \u{1B}]8;;https://evil.example\u{7}link\u{1B}]8;;\u{7}\r\n${forgedLine}\n\u{202E}txet desrever\u{202C} שלום \u{1B}[2J\u{1B}[H zal${'\u{301}'.repeat(99)}go 日本語 👩‍👩‍👧‍👦 end`;

const line = (index: number): string => `line ${index}: ${index % 3 === 0 ? forgedLine : 'transferred 1.0 GiB of 10.0 GiB'} ${index % 7 === 0 ? '\u{1B}[31m\u{1B}[7mred' : ''}`;

/** Ten thousand lines, one of them of a hundred thousand letters. */
export const endlessLog = [...Array.from({length: 9998}, (_, index) => line(index)), 'x'.repeat(100_000), poison, forgedLine].join('\n');

const minute = 60_000;

const step = (now: number) => ({
	outcome: 'failed', reason: poison, attempt: 1, startedAt: now - minute, durationMs: 900, log: endlessLog,
} as const);

const addInstall = async (store: Store, now: number): Promise<void> => store.write(async ({installs}) => {
	const install = await installs.insert({
		reference: poison, panel: 'web1', application: 'wordpress', domain: `shop${poison}`, account: 'shop', client: {name: poison, email: poison}, order: {}, createdAt: now - minute,
	});
	await installs.addStep(install.id, {...step(now), from: 'archived', to: 'installed'});
	await installs.change(install, {state: 'failed', cause: poison, attempt: 3}, now);
});

/** Fills a shell's database with words that steer a terminal, as if nobody had looked at them on their way in: v101 and i1. */
export const poisonStore = async (shell: Shell): Promise<Store> => {
	await shell.cronsole('status');
	const store = await shell.openStore();
	const now = Date.now();
	await store.write(async ({vms, operations, stepLog, activity, backups, snapshots, incidents}) => {
		const vm = await vms.insert(newVm({
			reference: poison, hostname: `web1${poison}`, packageName: poison, client: {name: poison, email: poison}, createdAt: now - minute,
		}));
		const {operation} = await operations.add(vm.id, {
			kind: 'create', params: null, requestedBy: poison, now: now - minute,
		});
		await operations.begin(operation.id, now - minute);
		await operations.postpone(operation.id, {attempt: 3, nextAttemptAt: now + minute, waitingFor: poison});
		await stepLog.addFailure(vm.id, {
			...step(now), operationId: operation.id, operation: 'create', from: 'creation', to: 'cloned', upid: poison,
		});
		await vms.set(vm.id, {node: poison});
		await vms.setAttention(vm.id, {reason: poison, since: now - minute, command: poison});
		const backup = await backups.add({
			vmId: vm.id, kind: 'manual', localDate: null, storage: poison, note: poison, operationId: null, createdAt: now,
		});
		await backups.set(backup.id, {state: 'failed', cause: poison, finishedAt: now});
		await snapshots.add({
			vmId: vm.id, name: poison, note: poison, createdAt: now, keep: false, ours: true,
		});
		await incidents.reconcile([{
			key: `cluster:${poison}:down`, severity: 'critical', cause: poison, command: poison, affects: 3,
		}], now);
		await activity.add({
			at: now, level: 'error', actor: {name: poison, address: poison}, subject: poison, message: poison,
		});
	});
	await addInstall(store, now);
	return store;
};
