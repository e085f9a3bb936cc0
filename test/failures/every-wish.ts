import {lookAtGuest} from '../../source/app/look-at-guest.js';
import {connectProxmox} from '../../source/clients/proxmox/http-proxmox.js';
import {type OperationKind} from '../../source/domain/operation-kind.js';
import {type Operation} from '../../source/domain/operation.js';
import {type Vm} from '../../source/domain/vm.js';
import {createVm, startVm} from '../../source/simulation/vms.js';
import {type EveryWorld} from './every-world.js';

type Asked = {readonly operation: Operation | null};

/** What is wanted of a VM, and what then is so besides all that every good VM is. */
export type Wish = {
	/** Where a kind has more than one. */
	readonly title?: string;
	/** The VM's reference, made ready: its VM is good and no work is open. */
	readonly prepare: (world: EveryWorld, reference: string) => Promise<string>;
	/** May be asked again. */
	readonly ask: (world: EveryWorld, reference: string) => Promise<Asked>;
	/** Whether the VM runs in the end; undefined: it is gone. */
	readonly isOn?: boolean;
	/** What has not become of it. */
	readonly findMissing?: (world: EveryWorld, vm: Vm) => Promise<readonly string[]>;
};

const lookMs = 10_000;

/** Lets time pass until nothing is open and nobody is needed, in a world without faults. */
export const settle = async (world: EveryWorld, reference: string): Promise<void> => {
	for (let looks = 0; looks < 400; looks++) {
		const vm = await world.row(reference);
		const open = await world.listOpen(vm);
		if (open.length === 0 && vm.needsAttention === null) {
			return;
		}

		await world.pass(world.time.clock.now() + lookMs);
	}

	throw new Error(`${reference} does not come to rest: ${JSON.stringify((await world.row(reference)).needsAttention)}`);
};

const createOrder = async ({person}: EveryWorld, reference: string): Promise<Asked> => person.createVm({
	reference, hostname: `${reference}.example.net`, cluster: 'fra1', node: 'pve2', template: 'debian-12', package: 'one', client: {name: 'Ada', email: 'ada@example.org'}, mail: true,
});

/** A good VM that runs, or does not. */
const good = (isOn: boolean) => async (world: EveryWorld, reference: string): Promise<string> => {
	const {person} = world;
	const present = await world.store.read.vms.findByReference(reference);
	if (present?.status !== 'ready') {
		const fresh = `vm${world.next()}`;
		await createOrder(world, fresh);
		await settle(world, fresh);
		return good(isOn)(world, fresh);
	}

	for (const reason of present.suspended) {
		await person.unsuspendVm(reference, reason);
	}

	await settle(world, reference);
	await person.powerVm(reference, isOn ? 'start' : 'stop');
	await settle(world, reference);
	return reference;
};

const running = good(true);

const said = (isSo: boolean, what: string): readonly string[] => isSo ? [] : [what];

const snapshotName = 's1';

/** With the snapshot s1. */
const withSnapshot: Wish['prepare'] = async (world, given) => {
	const reference = await running(world, given);
	const vm = await world.row(reference);
	if (!await world.store.read.snapshots.find(vm.id, snapshotName)) {
		await world.person.takeSnapshot(reference, {name: snapshotName, note: null});
		await settle(world, reference);
	}

	return reference;
};

const withoutSnapshot: Wish['prepare'] = async (world, given) => {
	const reference = await running(world, given);
	const vm = await world.row(reference);
	if (await world.store.read.snapshots.find(vm.id, snapshotName)) {
		await world.person.removeSnapshot(reference, snapshotName);
		await settle(world, reference);
	}

	return reference;
};

const hasSnapshot = (isThere: boolean): Wish['findMissing'] => async (world, vm) => [
	...said((await world.store.read.snapshots.find(vm.id, snapshotName) !== undefined) === isThere, 'the snapshot\'s row'),
	...said((world.guestOf(vm)?.snapshots.some(({name}) => name === snapshotName) ?? false) === isThere, 'the snapshot in the cluster'),
];

const goodBackups = async ({store}: EveryWorld, {id}: Pick<Vm, 'id'>) => (await store.read.backups.list(id)).filter(({state}) => state === 'done');

const withBackup: Wish['prepare'] = async (world, given) => {
	const reference = await running(world, given);
	if ((await goodBackups(world, await world.row(reference))).length === 0) {
		await world.person.backUpVm(reference, null);
		await settle(world, reference);
	}

	return reference;
};

/** Every volume in the cluster has its row, every good row its volume. */
const findStrayBackups: Wish['findMissing'] = async (world, vm) => {
	const rows = await goodBackups(world, vm);
	const volids = world.server.cluster.backups.filter(({vmid}) => vmid === vm.vmid).map(({volid}) => volid);
	return said(rows.map(({volid}) => volid!).toSorted((a, b) => a.localeCompare(b)).join(' ') === volids.toSorted((a, b) => a.localeCompare(b)).join(' '), `rows of backups that fit ${volids.join(' ')}`);
};

const firstBackup = async (world: EveryWorld, reference: string): Promise<string> => {
	const [first] = await goodBackups(world, await world.row(reference));
	return `b${first!.id}`;
};

/** As the daily schedule does it. */
const askForScheduled = async (world: EveryWorld, reference: string): Promise<Asked> => {
	const {store, time, ground: {bell}} = world;
	const vm = await world.row(reference);
	const localDate = `2026-01-${String(world.next()).padStart(4, '0')}`;
	const operation = await store.write(async ({operations, backups}) => {
		const added = await operations.add(vm.id, {
			kind: 'scheduled-backup', params: {localDate}, requestedBy: 'schedule_backup', now: time.clock.now(),
		});
		await backups.add({
			vmId: vm.id, kind: 'scheduled', localDate, storage: 'shared', note: null, createdAt: time.clock.now(), operationId: added.operation.id,
		});
		return added.operation;
	});
	await bell.ring();
	return {operation};
};

/** Somebody's VM that we take over. */
const makeStranger: Wish['prepare'] = async ({server: {cluster}, next}) => {
	const number = next();
	const guest = createVm(cluster, 100 + number, 'pve1', {
		name: `shop${number}`, cores: 1, memory: '1024', description: 'Ada\'s shop', scsi0: `local-lvm:vm-${100 + number}-disk-0,size=10G`, net0: 'virtio=BC:24:11:00:00:01,bridge=vmbr0', onboot: 1,
	});
	cluster.vms.set(guest.vmid, guest);
	startVm(cluster, guest);
	return `shop${number}`;
};

const takeOver: Wish['ask'] = async ({server, settings, time, person}, reference) => {
	const connection = connectProxmox(settings.clusters[0]!, {clock: time.clock});
	try {
		const {vmid} = server.cluster.vms.values().find(({config}) => config.name === reference)!;
		return await person.importVm(await lookAtGuest('fra1', vmid, () => connection), {reference, hostname: `${reference}.example.net`});
	} finally {
		await connection.close();
	}
};

const power = (verb: 'start' | 'stop' | 'shutdown' | 'reboot'): Wish => ({
	prepare: good(verb !== 'start'), isOn: verb === 'start' || verb === 'reboot', ask: async ({person}, reference) => person.powerVm(reference, verb),
});

const changeTo = (wanted: string, before: string): Wish => {
	const ask: Wish['ask'] = async ({person}, reference) => person.changeVm(reference, {package: wanted}, {isPlan: false, allowDataLoss: true});
	return {
		title: `change to ${wanted}`, isOn: true, ask,
		// Of a new VM: a disk that has grown would not grow again.
		async prepare(world) {
			const reference = await running(world, '');
			await world.person.changeVm(reference, {package: before}, {isPlan: false, allowDataLoss: true});
			await settle(world, reference);
			return reference;
		},
	};
};

/** What is wished for each kind of operation, or why nothing is. */
export const wishes: Readonly<Record<OperationKind, Wish | readonly Wish[] | string>> = {
	create: {prepare: async ({next}) => `new${next()}`, isOn: true, ask: createOrder},
	change: [changeTo('two', 'one'), changeTo('one', 'two')],
	reinstall: {prepare: running, isOn: true, ask: async ({person}, reference) => person.reinstallVm(reference, 'debian-shared')},
	terminate: {prepare: running, ask: async ({person}, reference) => person.terminateVm(reference)},
	password: {prepare: running, isOn: true, ask: async ({person}, reference) => person.resetPassword(reference)},
	start: power('start'),
	stop: power('stop'),
	shutdown: power('shutdown'),
	reboot: power('reboot'),
	suspend: {prepare: running, isOn: false, ask: async ({person}, reference) => person.suspendVm(reference, 'overdue')},
	unsuspend: {
		async prepare(world, given) {
			const reference = await running(world, given);
			await world.person.suspendVm(reference, 'overdue');
			await settle(world, reference);
			return reference;
		},
		isOn: true, ask: async ({person}, reference) => person.unsuspendVm(reference, 'overdue'),
	},
	'take-snapshot': {
		prepare: withoutSnapshot, isOn: true, ask: async ({person}, reference) => person.takeSnapshot(reference, {name: snapshotName, note: null}), findMissing: hasSnapshot(true),
	},
	'remove-snapshot': {
		prepare: withSnapshot, isOn: true, ask: async ({person}, reference) => person.removeSnapshot(reference, snapshotName), findMissing: hasSnapshot(false),
	},
	'expire-snapshot': 'its one step is that of remove-snapshot',
	rollback: {
		prepare: withSnapshot, isOn: true, ask: async ({person}, reference) => person.rollBackVm(reference, snapshotName), findMissing: hasSnapshot(true),
	},
	backup: {
		prepare: running, isOn: true, ask: async ({person}, reference) => person.backUpVm(reference, null), findMissing: findStrayBackups,
	},
	'scheduled-backup': {
		prepare: withBackup, isOn: true, ask: askForScheduled, findMissing: findStrayBackups,
	},
	'remove-backup': {
		prepare: withBackup, isOn: true, ask: async (world, reference) => world.person.removeBackup(reference, await firstBackup(world, reference)), findMissing: findStrayBackups,
	},
	restore: {
		prepare: withBackup, isOn: true, ask: async (world, reference) => world.person.restoreBackup(reference, await firstBackup(world, reference), {mail: true}),
		findMissing: findStrayBackups,
	},
	dns: 'it asks name servers, which have their own faults (test/pipelines/pay-faults.test.ts)',
	import: {prepare: makeStranger, isOn: true, ask: takeOver},
};
