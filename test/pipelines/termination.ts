import {setTimeout as sleep} from 'node:timers/promises';
import {type Operation} from '../../source/domain/operation.js';
import {type Vm} from '../../source/domain/vm.js';
import {type Move, type MoveContext} from '../../source/pipelines/move.js';
import {type World} from './world.js';

/** Gives the VM an address of the first pool, as a deploy does. */
export const addAddress = async ({store, settings, clock}: World, vm: Pick<Vm, 'id'>): Promise<string> => {
	const reserved = await store.write(async ({addresses}) => addresses.reserve(vm.id, settings.pools[0]!, new Set(), clock.now()));
	return reserved!.address;
};

/** The addresses that the VM holds. */
export const listHeld = async ({store}: World, vm: Pick<Vm, 'id'>): Promise<readonly string[]> => {
	const held = await store.read.addresses.listFor(vm.id);
	return held.map(({address}) => address);
};

/** Goes at the VM's newest operation, letting no time pass, until it is so. */
export const goUntil = async (world: World, vm: Pick<Vm, 'id'>, isSo: (operation: Operation) => boolean, own: Partial<MoveContext> = {}): Promise<Move> => {
	const end = Date.now() + 90_000;
	for (;;) {
		const move = await world.move(vm, own);
		if (isSo(await world.operation(vm))) {
			return move;
		}

		if (Date.now() > end) {
			throw new Error(`It does not come to that: ${move.line}`);
		}

		await sleep(5);
	}
};
