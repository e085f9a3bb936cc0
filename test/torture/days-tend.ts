import {type Operation} from '../../source/domain/operation.js';
import {type Vm} from '../../source/domain/vm.js';
import {Refused} from '../../source/intents/refused.js';
import {type DaysWorld} from './days-world.js';

const minute = 60_000;
const lookMs = 10 * minute;
const mostLooks = 150;

/** What `qm unlock` does, where no task of the VM runs any more. */
const unlock = ({server: {cluster}, note}: DaysWorld, {vmid, reference}: Vm) => {
	const guest = vmid === null ? undefined : cluster.vms.get(vmid);
	if (guest?.config.lock === undefined || cluster.tasks.running().some(({plan}) => plan.vmids.includes(guest.vmid))) {
		return;
	}

	note(`${reference}: unlocked (${guest.config.lock}) by hand`);
	delete guest.config.lock;
};

const help = async (world: DaysWorld, vm: Vm): Promise<void> => {
	const {person, note, ground} = world;
	note(`${vm.reference} needs somebody at ${vm.status}: ${vm.needsAttention!.reason}`);
	unlock(world, vm);
	try {
		await person.retryVm(vm.reference);
	} catch (error) {
		const what = `${vm.reference}: retry ${error instanceof Refused ? 'refused' : 'threw'}: ${(error as Error).message}`;
		ground.complain(what);
	}
};

const isOpen = ({state}: Operation): boolean => state === 'waiting' || state === 'running';

const describeLeft = ({reference, status, needsAttention}: Vm, [first]: readonly Operation[]): readonly string[] => {
	const why = needsAttention?.reason ?? (first && `${first.kind} ${first.state} at ${first.position}, ${first.waitingFor}`);
	return why === undefined ? [] : [`${reference} at ${status}: ${why}`];
};

/** People look now and then and help where somebody is needed, until nothing is under way any more; answers what still is. */
export const tend = async (world: DaysWorld): Promise<readonly string[]> => {
	const {store, time, pass} = world;
	let left: readonly string[] = [];
	for (let look = 0; look < mostLooks; look++) {
		await pass(time.clock.now() + lookMs);
		left = [];
		for (const vm of await store.read.vms.list()) {
			const open = (await store.read.operations.listOpen(vm.id)).filter(operation => isOpen(operation));
			if (vm.needsAttention !== null && vm.status !== 'removed') {
				await help(world, vm);
			}

			left = [...left, ...describeLeft(vm, open)];
		}

		if (left.length === 0) {
			break;
		}
	}

	return left;
};
