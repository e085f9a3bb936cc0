import {expect, test} from 'vitest';
import {pool} from './settings.js';
import {createWorld} from './world.js';

const near = pool({});
const hold = (reference: string | null) => ({
	since: 1, until: null, by: 'anna', reason: null, reference,
});

test.each([
	['on the same network', {}],
	['on another network', {bridge: 'vmbr9'}],
])('an address that is kept for the order is what it gets, also of a later pool %s', async (_, network) => {
	const far = pool({
		name: 'fra1-far', first: '198.51.100.10', last: '198.51.100.20', gateway: '198.51.100.1', ...network,
	});
	const world = await createWorld({pools: [near, far]});
	await world.store.write(async ({addresses}) => {
		await addresses.hold(far, '198.51.100.15', hold('kept-1'));
		await addresses.hold(far, '198.51.100.16', hold('somebody'));
	});
	const {vm} = await world.order({reference: 'kept-1'});
	await world.drive(vm);
	expect((await world.store.read.addresses.listFor(vm.id)).map(({address}) => address)).toEqual(['198.51.100.15']);
});
