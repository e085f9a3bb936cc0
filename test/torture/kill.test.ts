import {setTimeout as sleep} from 'node:timers/promises';
import {describe, expect, test} from 'vitest';
import {order, until, type Running} from '../support/program.js';
import {
	deployed,
	expectLawful,
	expectWhole,
	type TaskCounts,
} from './signals-check.js';
import {freeze} from './signals-freeze.js';
import {
	createWorld,
	findLeader,
	hasBegun,
	leads,
	randomFor,
	seed,
	type World,
} from './signals-world.js';

/** A call takes its time, so that something can fall into it. */
const slowMs = 400;

/** How many are killed before the last ones are let alone. */
const kills = Number(process.env.CRONSOLE_ROUNDS ?? 50);

const createOrder = async ({run, file}: World, index: number): Promise<void> => {
	const {code, err} = await run('vm', 'create', '--file', file(`order-${index}.json`, order(index)));
	expect(code, err).toBe(0);
};

/** A backup that is made twice is two backups: nothing on the cluster makes it one. */
const createOrderWithBackup = async (world: World, index: number): Promise<void> => {
	await createOrder(world, index);
	const {code, err} = await world.run('backup', 'now', `order-${index}`);
	expect(code, err).toBe(0);
};

/** A newer call that was asked for on the cluster and whose answer nobody has heard yet: there a kill hurts most. */
const findCall = ({rows}: World, after: number): number | undefined =>
	rows<{readonly id: number}>('select id from remote_tasks where state = \'intent\' and id > ? order by id desc limit 1', after)[0]?.id;

const wantedOf = (count: number, tasks: TaskCounts): Readonly<Record<string, TaskCounts>> =>
	Object.fromEntries(Array.from({length: count}, (_, index) => [`order-${index + 1}`, tasks]));

const isSettled = ({rows}: World): boolean => rows('select 1 from operations where state <> \'done\' limit 1').length === 0;

const endAll = async (world: World, daemons: readonly Running[]): Promise<void> => {
	// Whatever needs a person is told of by what is looked at then.
	await until('all are ready', () => world.rows('select 1 from operations join vms on vms.id = vm_id where state <> \'done\' and attention_reason is null limit 1').length === 0, 120_000, 200);
	expect(await Promise.all(daemons.map(async daemon => daemon.end()))).toEqual(daemons.map(() => 143));
};

/** VMs that the process is at. */
const listHeldBy = ({rows}: World, pid: number): readonly string[] =>
	rows<{readonly name: string}>('select name from leases join sessions on sessions.id = owner where pid = ? and name like \'vm:%\'', pid).map(({name}) => name);

/** Stops whoever leads while it is at a VM; answers who it was, and at which. */
const freezeAtWork = async (world: World): Promise<{readonly pid: number; readonly names: readonly string[]}> => until('the leader is stopped at its work', async () => {
	const pid = findLeader(world);
	if (pid === undefined || listHeldBy(world, pid).length === 0) {
		return false;
	}

	await freeze(pid, world.database);
	const names = listHeldBy(world, pid);
	if (findLeader(world) === pid && names.length > 0) {
		return {pid, names};
	}

	process.kill(pid, 'SIGCONT');
	return false;
}, 60_000, 5);

describe(`torture (CRONSOLE_SEED=${seed})`, () => {
	test(`${kills} times kill -9 in the middle of deploys: nothing lost, nothing twice`, async () => {
		const random = randomFor(11);
		const world = await createWorld({simulator: ['--speed', '25']});
		try {
			await world.faults({add: {kind: 'slow', ms: slowMs, method: 'POST'}});
			const daemons = [world.daemon(), world.daemon(), world.daemon()];
			const findVictim = async (): Promise<number> => until('one leads', () => daemons.findIndex(({pid}) => pid === findLeader(world)) + 1 || undefined, 60_000, 5);
			const orders: Array<Promise<void>> = [];
			let leaders = 0;
			let calls = 0;
			let lastCall = 0;
			for (let kill = 0; kill < kills; kill++) {
				// However fast the machine is, there is work to be killed at; of the last ones nobody has to wait for long.
				if ((kill % 7 === 0 && kill < kills * 0.8) || isSettled(world)) {
					expectLawful(world);
					orders.push(createOrderWithBackup(world, orders.length + 1));
				}

				let victim = random.integer(0, 2);
				if (kill % 4 === 0) {
					lastCall = await until('a call is under way', () => findCall(world, lastCall), 60_000, 5);
					victim = await findVictim() - 1;
					await sleep(random.next() * slowMs);
					calls++;
				} else if (random.next() < 0.7) {
					victim = await findVictim() - 1;
					await sleep(random.next() * 300);
				}

				leaders += Number(daemons[victim]!.pid === findLeader(world));
				await daemons[victim]!.end('SIGKILL');
				daemons[victim] = world.daemon();
			}

			await Promise.all(orders);
			await until('all have begun', () => daemons.every(daemon => hasBegun(daemon)), 60_000);
			await endAll(world, daemons);
			await expectWhole(world, wantedOf(orders.length, {...deployed, vzdump: 1}));
			console.log(`seed ${seed}: ${kills} killed, ${leaders} of them led, ${calls} while a call was under way`);
		} finally {
			await world.remove();
		}
	}, 600_000);

	test('a leader stopped at its work beyond its lease is taken over, VM by VM, and does nothing when it wakes', async () => {
		const random = randomFor(12);
		const world = await createWorld({simulator: ['--speed', '16']});
		try {
			await world.faults({add: {kind: 'slow', ms: slowMs, method: 'POST'}});
			const daemons = [world.daemon(), world.daemon()];
			for (const round of [1, 2]) {
				await Promise.all([createOrder(world, round), createOrder(world, round + 2)]);
				const {pid, names} = await freezeAtWork(world);
				const other = daemons.find(daemon => daemon.pid !== pid)!;
				await leads(world, other.pid);
				await until('its VMs are taken over', () => listHeldBy(world, pid).every(name => !names.includes(name)), 60_000);
				await sleep(random.next() * 500);
				process.kill(pid, 'SIGCONT');
				await sleep(random.next() * 500);
				expectLawful(world);
			}

			await endAll(world, daemons);
			await expectWhole(world, wantedOf(4, deployed));
		} finally {
			await world.remove();
		}
	}, 300_000);
});
