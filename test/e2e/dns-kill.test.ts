import {setTimeout as sleep} from 'node:timers/promises';
import {describe, expect, test} from 'vitest';
import {createRandom, type Random} from '../../source/simulation/random.js';
import {until} from '../support/program.js';
import {startSlowWay, type SlowWay} from './dns-slow-way.js';
import {
	addressesOf,
	createWorld,
	goneOf,
	hasNameServers,
	lead,
	namesOf,
	orderBoth,
	reverse,
	settled,
	type World,
} from './dns-world.js';

const seed = Number(process.env.CRONSOLE_SEED ?? 20_261_122);
const kills = 12;
const old = [21, 22, 23, 24, 25];
const young = Array.from({length: 10}, (_, index) => index + 1);

const all = Array.from({length: 60}, (_, index) => [`10.9.1.${index + 1}`, `2001:db8:9::${(0x10 + index).toString(16)}`]).flat();

/** What somebody else has in the zones, beside the VMs' names and between their addresses. */
const foreign = ['db1.example.net A 198.51.100.1', 'vm1.example.net TXT "theirs"', 'vm21.example.net TXT "theirs"', 'vm22.example.net A 198.51.100.2', 'www.example.net CNAME db1.example.net.'];

const printer = {'10.9.1.50': ['printer.example.org']};

const putForeign = async ({pdns, bind}: World): Promise<void> => {
	for (const row of foreign) {
		const [name, type, content] = row.split(' ') as [string, string, string];
		await pdns.put({
			zone: 'example.net', name, type, content,
		});
	}

	await bind.update('9.10.in-addr.arpa', 'add 50.1.9.10.in-addr.arpa. 300 PTR printer.example.org.');
};

/** Of the pools' first addresses, those that have a name. */
const named = async ({bind}: World): Promise<Readonly<Record<string, readonly string[]>>> => {
	const answers = await Promise.all(all.map(async address => [address, await reverse(bind.server, address)] as const));
	return Object.fromEntries(answers.filter(([, names]) => names.length > 0));
};

/** A new VM is ordered, and every other time an old one given up. */
const wish = async ({run}: World, round: number): Promise<void> => {
	const [create, terminate] = [young[round], round % 2 === 0 ? old[round / 2] : undefined];
	const ends = await Promise.all([
		...create === undefined ? [] : [run(['vm', 'create'], orderBoth(create))],
		...terminate === undefined ? [] : [run(['vm', 'terminate', `order-${terminate}`, '--yes'])],
	]);
	expect(ends.map(({code}) => code), JSON.stringify(ends)).toEqual(ends.map(() => 0));
};

/** Daemon after daemon is killed, most of them with a packet to a name server on its way; twice a name server is. Answers how many were. */
const torment = async (world: World, ways: readonly SlowWay[], random: Random): Promise<number> => {
	let caught = 0;
	for (let round = 0; round < kills; round++) {
		const daemon = await lead(world);
		const name = [world.pdns, world.bind][[4, 8].indexOf(round)];
		await Promise.all([wish(world, round), name?.stop()]);
		await Promise.race([ways[round % 2]!.passed(random.integer(1, 8)), sleep(random.integer(700, 1500))]);
		caught += ways.some(way => way.isBusy()) ? 1 : 0;
		await daemon.end('SIGKILL');
		await name?.restart();
	}

	return caught;
};

describe.runIf(hasNameServers)(`names, torn (CRONSOLE_SEED=${seed})`, () => {
	test('daemons and name servers killed in the midst of it: in the end exactly the right records stand there, and what others made', async () => {
		const ways: SlowWay[] = [];
		const world = await createWorld(20, async ({pdns, bind}) => {
			const web = await startSlowWay(pdns.url.replace('http://', ''), 60);
			const updates = await startSlowWay(bind.server, 60);
			ways.push(web, updates);
			return {url: `http://${web.server}`, server: updates.server};
		});
		try {
			const first = await lead(world);
			const before = await world.deployAll(old.map(index => ({index})));
			await settled(world);
			await first.end();
			await putForeign(world);
			expect(await torment(world, ways, createRandom(seed))).toBeGreaterThan(2);

			await lead(world);
			const vms = await world.ready(young.map(index => `order-${index}`));
			await settled(world);
			const forward: readonly string[] = vms.flatMap(({hostname, addresses}) => addresses.map(({family, address}: any) => `${hostname} ${family === 4 ? 'A' : 'AAAA'} ${address}`));
			expect(await world.dump('example.net')).toEqual([...foreign, ...forward].toSorted());
			expect(await named(world)).toEqual({
				...printer, ...Object.assign({}, ...before.map(vm => goneOf(addressesOf(vm)).ptr), ...vms.map(vm => namesOf(vm).ptr)),
			});

			// What somebody wrote who did not live to write that down is known for ours all the same.
			await Promise.all(young.map(async index => world.run(['vm', 'terminate', `order-${index}`, '--yes'])));
			await until('all are gone', async () => {
				const {vms: left} = await world.json(['vm', 'list']);
				return left.every(({status}: any) => status === 'removed');
			}, 180_000, 300);
			await settled(world);
			expect(await world.dump('example.net')).toEqual(foreign);
			expect(await named(world)).toEqual({...printer, ...Object.assign({}, ...[...before, ...vms].map(vm => goneOf(addressesOf(vm)).ptr))});
		} finally {
			await world.remove();
			await Promise.all(ways.map(async way => way.close()));
		}
	}, 600_000);
});
