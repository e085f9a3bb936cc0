import {expect} from 'vitest';
import {type Proxmox} from '../../source/clients/proxmox/proxmox.js';
import {type Operation} from '../../source/domain/operation.js';
import {type Package} from '../../source/domain/package.js';
import {type Vm} from '../../source/domain/vm.js';
import {LockLost} from '../../source/store/leases.js';
import {type NewVm} from '../../source/store/vms.js';
import {ask, settle} from './asked.js';
import {type World} from './world.js';

export const small: Package = {
	cores: 2, memoryMib: 2048, diskGib: 10, networkMbps: 100, ipv4: 1,
};

/** A VM that was deployed, and runs. */
export const deployed = async (world: World, own: Package = {}, more: Partial<NewVm> = {}): Promise<Vm> => {
	const {vm} = await world.order({package: {...small, ...own}, ...more});
	expect(await world.drive(vm)).toMatchObject({outcome: 'done'});
	return world.vm(vm);
};

/** Writes what `vm change` writes. */
export const askToChange = async (world: World, vm: Pick<Vm, 'id'>, wanted: Package, {allowDataLoss = false, overrides = {}} = {}): Promise<Operation> => {
	const {package: present} = await world.vm(vm);
	return ask(world, vm, 'change', {
		packageName: 'kvm-m', package: {...present, ...wanted}, overrides, allowDataLoss,
	});
};

/** The VM's addresses, as the store has them. */
export const addressesOf = async ({store}: World, {id}: Pick<Vm, 'id'>): Promise<readonly string[]> => {
	const rows = await store.read.addresses.listFor(id);
	return rows.map(({address}) => address);
};

/** The addresses that its card may send from. */
export const filterOf = async (world: World, vm: Pick<Vm, 'id'>): Promise<readonly string[]> => {
	const {firewall} = await world.guest(vm);
	return firewall.ipsets.flatMap(({members}) => members.map(({cidr}) => cidr)).toSorted((a, b) => a.localeCompare(b));
};

/** An operation is ended on its way, and what leads on takes its place: the same once more, with what its steps had to remember. */
export const goOnWith = async ({store, clock}: World, {id, vmId}: Pick<Operation, 'id' | 'vmId'>): Promise<Operation> => store.write(async ({operations}) => {
	const {kind, params, notes} = (await operations.find(id))!;
	await operations.finish(id, 'cancelled', clock.now(), 'a termination came, and was taken back');
	const {operation} = await operations.add(vmId, {
		kind, params, requestedBy: 'anna', now: clock.now(),
	});
	await operations.note(operation.id, notes);
	return operation;
});

const isLook = (name: string): boolean => /^(?:get|list|is)/.test(name);

/** Every change dies the first time straight before it goes out, the second time straight after, unheard of; only then is it heard of. */
const dyingEverywhere = (proxmox: Proxmox, deaths: string[]): Proxmox => new Proxy(proxmox, {
	get(target, name: keyof Proxmox) {
		const call = target[name] as (...given: unknown[]) => Promise<unknown>;
		if (typeof call !== 'function' || isLook(name)) {
			return call;
		}

		return async (...given: unknown[]) => {
			const death = `${name} ${JSON.stringify(given, (_, value: unknown) => value ?? null)}`.replace(/"[\da-f]{40}"/, 'digest');
			const times = deaths.filter(other => other === death).length;
			deaths.push(death);
			if (times === 0) {
				throw new LockLost('vm:101');
			}

			const answer = await call(...given);
			if (times === 1) {
				throw new LockLost('vm:101');
			}

			return answer;
		};
	},
});

/** Goes at the VM's operations with an owner who dies at each change, before it and after it; answers at which. */
export const settleDying = async (world: World, vm: Pick<Vm, 'id'>): Promise<readonly string[]> => {
	const deaths: string[] = [];
	const proxmox = dyingEverywhere(world.proxmox, deaths);
	for (;;) {
		try {
			await settle(world, vm, {proxmox});
			return [...new Set(deaths)].map(death => death.split(' ', 1)[0]!);
		} catch (error) {
			if (!(error instanceof LockLost)) {
				throw error;
			}
		}
	}
};
