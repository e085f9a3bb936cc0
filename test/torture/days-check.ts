import {type Operation} from '../../source/domain/operation.js';
import {stampOf, type Vm} from '../../source/domain/vm.js';
import {isRunning} from '../../source/simulation/vms.js';
import {type Vm as Guest} from '../../source/simulation/world.js';
import {type Expectation} from './days-actions.js';
import {findTouched, type Foreign} from './days-foreign.js';
import {type Life} from './days-life.js';
import {findBrokenRows} from './days-check-rows.js';
import {findBrokenRecords} from './days-check-records.js';
import {findBrokenTasks} from './days-check-tasks.js';
import {findMiscounted} from './days-check-traffic.js';
import {historyOf} from './days-history.js';
import {type DaysWorld} from './days-world.js';

const wordsOf = (text: string | number | undefined): Readonly<Record<string, string>> => Object.fromEntries(String(text ?? '').split(',').map(part => {
	const [key = '', ...rest] = part.split('=');
	return rest.length === 0 ? ['', key] : [key, rest.join('=')];
}));

const gibOf = (size: string | undefined): number => Number(/^(\d+)G$/.exec(size ?? '')?.[1] ?? 0);

const limit = (value: number | undefined): string | undefined => value === undefined || value === 0 ? undefined : String(value);

/** What a VM's row wants its configuration to be: for each thing, what is wanted and what is. */
const compareConfig = (vm: Vm, {config}: Guest, addresses: readonly string[], installation: string): ReadonlyArray<readonly [what: string, wanted: unknown, is: unknown]> => {
	const {package: wanted} = vm;
	const net = wordsOf(config.net0);
	const disk = wordsOf(config.scsi0);
	const more = config.scsi1 === undefined ? undefined : wordsOf(config.scsi1);
	const address = wordsOf(config.ipconfig0).ip?.split('/', 1)[0];
	return [
		['name', vm.hostname, config.name],
		['cores', wanted.cores, config.cores],
		['memory', wanted.memoryMib, Number(config.memory)],
		['the lock', undefined, config.lock],
		['the disk is large enough', true, gibOf(disk.size) >= (wanted.diskGib ?? 0)],
		['mbps_rd', limit(wanted.diskReadMBps), disk.mbps_rd],
		['iops_rd', limit(wanted.diskReadIops), disk.iops_rd],
		['the additional disk is there and large enough', true, wanted.additionalDiskGib === undefined || gibOf(more?.size) >= wanted.additionalDiskGib],
		['the MAC', vm.mac?.toLowerCase(), net.virtio?.toLowerCase()],
		['rate', wanted.networkMbps === undefined ? undefined : wanted.networkMbps / 8, Number(net.rate)],
		['tag', limit(wanted.vlan), net.tag],
		['the bridge', 'vmbr0', net.bridge],
		['ipconfig0', addresses.includes(address ?? '') || addresses.length === 0, true],
		['onboot', vm.suspended.length > 0 || wanted.onboot === false ? 0 : 1, Number(config.onboot ?? 0)],
		['the stamp', true, String(config.description).includes(stampOf(installation, vm))],
		['the node', vm.node, undefined],
	];
};

const findDifferent = (vm: Vm, guest: Guest, addresses: readonly string[], installation: string): readonly string[] =>
	compareConfig(vm, guest, addresses, installation).flatMap(([what, wanted, is]) => {
		const seen = what === 'the node' ? guest.node : is;
		return wanted === seen ? [] : [`${what}: wanted ${String(wanted)}, is ${String(seen)}`];
	});

/** Whether the VM is to run by what was done last; undefined: either may be. */
const findPower = (vm: Vm, operations: readonly Operation[]): boolean | undefined => {
	if (vm.suspended.length > 0) {
		return false;
	}

	const done = operations.filter(({state}) => state === 'done').toSorted((a, b) => a.finishedAt! - b.finishedAt!);
	const last = done.findLast(({kind}) => ['create', 'start', 'reboot', 'stop', 'shutdown', 'reinstall', 'suspend', 'unsuspend'].includes(kind));
	return last === undefined || ['stop', 'shutdown', 'suspend', 'unsuspend'].includes(last.kind) ? undefined : true;
};

const findWrongVm = async (vm: Vm, {server: {cluster}, store}: DaysWorld): Promise<readonly string[]> => {
	const guest = cluster.vms.get(vm.vmid ?? 0);
	const operations = await store.read.operations.listFor(vm.id);
	const addresses = (await store.read.addresses.listFor(vm.id)).map(({address}) => address);
	if (vm.status === 'removed') {
		return [
			...(guest && String(guest.config.description).includes(stampOf(store.installation, vm)) ? ['it was removed and is there'] : []),
			...(addresses.length > 0 ? [`it was removed and holds ${addresses.join(', ')}`] : []),
		];
	}

	if (vm.status !== 'ready') {
		return [`it is at ${vm.status}${vm.needsAttention ? `, ${vm.needsAttention.reason}` : ' and needs nobody'}`];
	}

	if (!guest) {
		return ['it is not there'];
	}

	// Nobody promised that what a dead node took along is started again.
	const diedAt = guest.runs.at(-1)?.endedAt;
	const isOn = cluster.hosts.some(({gaps}) => gaps.some(({from}) => from === diedAt)) ? undefined : findPower(vm, operations);
	return [
		...findDifferent(vm, guest, addresses, store.installation),
		...(addresses.length === (vm.package.ipv4 ?? 0) ? [] : [`it holds ${addresses.length} addresses and wants ${vm.package.ipv4}`]),
		...(isOn === undefined || isOn === isRunning(guest) ? [] : [isOn ? 'it does not run' : 'it runs']),
	];
};

/** What was promised and did not come. */
const findBrokenPromises = async ({store}: DaysWorld, expectations: readonly Expectation[], vm: Vm): Promise<readonly string[]> => {
	const operations = new Map((await store.read.operations.listFor(vm.id)).map(operation => [operation.id, operation]));
	let packageName: string | undefined;
	let isRemoved = false;
	for (const {operationId, what} of expectations.filter(({vmId}) => vmId === vm.id)) {
		if (operationId === null || operations.get(operationId)?.state !== 'done') {
			continue;
		}

		packageName = what.packageName ?? packageName;
		isRemoved ||= what.isRemoved ?? false;
	}

	return [
		...(packageName === undefined || packageName === vm.packageName ? [] : [`it was changed to ${packageName} and is ${vm.packageName}`]),
		...(isRemoved && vm.status !== 'removed' ? ['its termination is done and it lives'] : []),
	];
};

/** Everything that is not as it should be, each with what happened to the VM. */
export const findBroken = async (world: DaysWorld, {life, foreign}: {readonly life: Life; readonly foreign: Foreign}): Promise<readonly string[]> => {
	const {store, complaints} = world;
	const broken: string[] = [...complaints];
	const vms = await store.read.vms.list();
	const removed = await store.read.vms.list({state: 'removed'});
	const all = new Map([...vms, ...removed].map(vm => [vm.id, vm])).values().toArray();
	for (const reference of life.references) {
		if (all.every(vm => vm.reference !== reference)) {
			broken.push(`${reference} was lost`);
		}
	}

	for (const vm of all) {
		const wrong = [...await findWrongVm(vm, world), ...await findBrokenPromises(world, life.expectations, vm)];
		if (wrong.length > 0) {
			broken.push(`${vm.reference} (v${vm.id}, ${vm.vmid} on ${vm.node}): ${wrong.join('; ')}\n${await historyOf(world, vm)}`);
		}
	}

	return [
		...broken, ...findTouched(world, foreign), ...findBrokenRows(world), ...findBrokenTasks(world), ...await findBrokenRecords(world, all), ...await findMiscounted(world, all),
	];
};
