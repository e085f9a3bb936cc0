import {order, until} from '../../test/support/program.js';
import {type App} from '../../source/app.js';
import {type Place} from './place.js';

/** Orders so many VMs, spread over the clusters. */
export const orderMany = async (app: App, {simulators}: Place, range: {readonly from: number; readonly count: number}): Promise<readonly number[]> => {
	const ids: number[] = [];
	for (let index = range.from; index < range.from + range.count; index++) {
		const {name} = simulators[index % simulators.length]!;
		const {vm} = await app.intents.createVm(JSON.parse(order(index, {cluster: name, mail: false})));
		ids.push(vm.id);
	}

	return ids;
};

/** Waits until all are ready; answers how long that took from the first order to the last end, by the rows themselves, in ms. */
export const waitUntilReady = async (app: App, ids: readonly number[], timeoutMs: number): Promise<number> => {
	await until('all are ready', async () => {
		const vms = await app.read.vms.list({state: 'ready'});
		const ready = new Set(vms.map(({id}) => id));
		return ids.every(id => ready.has(id));
	}, timeoutMs, 100);
	const all = await Promise.all(ids.map(async id => app.read.operations.listFor(id)));
	const operations = all.flat();
	return Math.max(...operations.map(({finishedAt}) => finishedAt!)) - Math.min(...operations.map(({requestedAt}) => requestedAt));
};
