import {expect, test} from 'vitest';
import {createWorld} from './world.js';

test('the end of the clone is where the count begins, written with it; a second pass over the clone leaves it', async () => {
	const world = await createWorld();
	const {vm} = await world.order();
	expect(await world.store.read.traffic.findMark(vm.id)).toBeUndefined();
	const before = Math.floor(world.clock.now() / 1000);
	await world.drive(vm, ({status}) => status !== 'creation' && status !== 'set_ip');
	const mark = await world.store.read.traffic.findMark(vm.id);
	expect(mark).toMatchObject({countedAt: 0});
	expect(mark!.watermark).toBeGreaterThanOrEqual(before);
	expect(mark!.watermark).toBeLessThanOrEqual(world.clock.now() / 1000);
	await world.drive(vm);
	world.pass(60_000);
	await world.again(vm, 'set_ip');
	await world.drive(vm);
	expect(await world.store.read.traffic.findMark(vm.id)).toEqual(mark);
});
