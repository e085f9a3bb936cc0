import {setTimeout as sleep} from 'node:timers/promises';
import {describe, expect, test} from 'vitest';
import {createRandom} from '../../source/simulation/random.js';
import {
	createInstallation,
	order,
	until,
	type Installation,
	type Running,
} from '../support/program.js';

const seed = Number(process.env.CRONSOLE_SEED ?? 20_261_121);

/** Whatever was done to the daemons: every VM is there, once, and nothing is held. */
const expectWhole = async (here: Installation, count: number): Promise<void> => {
	const {vms} = await here.json(['vm', 'list']);
	expect(vms).toHaveLength(count);
	expect(vms.filter((vm: any) => vm.status !== 'ready' || vm.needsAttention !== null)).toEqual([]);
	const truth = await here.truth();
	const clones = truth.tasks.filter(({type}) => type === 'qmclone');
	expect(clones).toHaveLength(count);
	expect(truth.vms.filter(({vmid}) => vmid !== 9000)).toHaveLength(count);
	expect(new Set(vms.map((vm: any) => vm.vmid)).size).toBe(count);
	expect(new Set(vms.map((vm: any) => vm.addresses[0].address)).size).toBe(count);
	const started = here.requests().filter(({type, event}) => type === 'qmstart' && event === 'started');
	expect(started).toHaveLength(count);
};

const heldLeases = async (here: Installation): Promise<string[]> => {
	const {locks} = await here.json(['lock', 'list']);
	return locks.map((lock: any) => lock.name);
};

const createOrders = async (here: Installation, count: number): Promise<void> => {
	for (let index = 1; index <= count; index += 2) {
		await Promise.all([index, index + 1].map(async one => here.run(['vm', 'create'], order(one))));
	}
};

const isAllReady = async (here: Installation, count: number): Promise<boolean> => {
	const {vms} = await here.json(['status']);
	return vms.ready === count;
};

describe(`torture (CRONSOLE_SEED=${seed})`, () => {
	test('fifty times kill -9 in the middle of deploys: nothing lost, nothing twice', async () => {
		const random = createRandom(seed).next;
		const count = 12;
		const here = await createInstallation({simulator: ['--speed', '4']});
		try {
			// A call that takes its time is one that a kill can fall into: asked for, and nobody left to hear the answer.
			await here.faults({
				add: {
					kind: 'slow', ms: 400, method: 'POST', path: '/clone$',
				},
			});
			await createOrders(here, count);
			let kills = 0;
			while (kills < 50) {
				const daemon = here.daemon();
				await until('the daemon leads', () => daemon.lines.some(line => line.includes('"leading"')));
				await sleep(random() * 900);
				await daemon.end('SIGKILL');
				kills++;
			}

			const last = here.daemon();
			await until('all are ready', async () => isAllReady(here, count), 120_000, 500);
			expect(await heldLeases(here)).toEqual(['leader']);
			await last.end();
			await expectWhole(here, count);
			expect(await heldLeases(here)).toEqual([]);
		} finally {
			await here.remove();
		}
	}, 300_000);

	test('a daemon stopped beyond its lease is taken over, and does nothing when it wakes', async () => {
		const random = createRandom(seed + 1).next;
		const count = 8;
		const here = await createInstallation({simulator: ['--speed', '4'], extra: 'scheduler: {lease: 3s}', timeout: '1s'});
		try {
			await createOrders(here, count);
			let [leader, standby]: Running[] = [here.daemon(), here.daemon()];
			for (let round = 0; round < 4; round++) {
				await until('somebody leads', async () => (await here.json(['status'])).scheduler.leader);
				const {scheduler} = await here.json(['status']);
				if (scheduler.leader.pid === standby!.pid) {
					[leader, standby] = [standby, leader];
				}

				await sleep(random() * 500);
				leader!.child.kill('SIGSTOP');
				await until('the other leads', async () => (await here.json(['status'])).scheduler.leader?.pid === standby!.pid, 15_000, 200);
				await sleep(random() * 1000);
				leader!.child.kill('SIGCONT');
			}

			await until('all are ready', async () => isAllReady(here, count), 90_000, 500);
			await leader!.end();
			await standby!.end();
			await expectWhole(here, count);
			expect(await heldLeases(here)).toEqual([]);
		} finally {
			await here.remove();
		}
	}, 300_000);
});
