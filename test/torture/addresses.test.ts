import {randomBytes} from 'node:crypto';
import fs from 'node:fs';
import {expect, test} from 'vitest';
import {loadSettings} from '../../source/config.js';
import {systemClock} from '../../source/domain/clock.js';
import {getIp, isInRange} from '../../source/domain/ip.js';
import {createIntents} from '../../source/intents/create-intents.js';
import {openStore} from '../../source/store/open-store.js';
import {type Store} from '../../source/store/store.js';
import {
	createInstallation,
	order,
	until,
	type Installation,
} from '../support/program.js';

/** By hand: `CRONSOLE_ORDERS=500`. */
const orders = Number(process.env.CRONSOLE_ORDERS ?? 120);
const addresses = Math.floor(orders * 0.8);
const pool = {first: '10.9.1.1', last: `10.9.${1 + Math.floor(addresses / 256)}.${addresses % 256}`};
const terminated = Math.ceil(orders / 25);
/** So many orders take their time, on a crowded machine most of all. */
const patienceMs = Math.max(120_000, orders * 1000);

/** A pool of exactly so many, whose addresses need no rest. */
const narrowPool = ({config}: Installation): void => {
	const text = fs.readFileSync(config, 'utf8');
	const narrow = text.replace(/last: 10\.9\.\d+\.250/, () => `last: ${pool.last}, quarantine: 0`);
	expect(narrow).not.toBe(text);
	fs.writeFileSync(config, narrow);
};

/** What a billing system does, without the cost of a process for each order. */
const openShop = async ({config, database}: Installation) => {
	const store = await openStore({path: database, clock: systemClock});
	const settings = await loadSettings({file: config, env: {}});
	return {
		store,
		intents: createIntents({
			store, settings: () => settings, clock: systemClock, randomBytes, actor: {name: 'shop', address: null},
		}),
	};
};

/** Each order once: most from connections of their own, some from processes of their own, all at the same time. */
const orderAll = async (here: Installation, shops: ReadonlyArray<Awaited<ReturnType<typeof openShop>>>): Promise<void> => {
	const wanted = Array.from({length: orders}, (_, index) => index + 1);
	const next = () => wanted.shift();
	const keepOrdering = async (orderOne: (index: number) => Promise<unknown>): Promise<void> => {
		for (let index = next(); index !== undefined; index = next()) {
			await orderOne(index);
		}
	};

	await Promise.all([
		...shops.map(async ({intents}) => keepOrdering(async index => intents.createVm(JSON.parse(order(index))))),
		keepOrdering(async index => {
			const {code, err} = await here.run(['vm', 'create'], order(index));
			expect(code, err).toBe(0);
		}),
	]);
};

/** The addresses of living VMs, each in the pool and none twice. */
const expectDistinct = async ({read}: Store): Promise<ReadonlyMap<number, string>> => {
	const used = await read.addresses.listAll();
	expect(new Set(used.map(({address}) => address)).size).toBe(used.length);
	expect(new Set(used.map(({vmId}) => vmId)).size).toBe(used.length);
	expect(used.filter(({address}) => !isInRange(getIp(address), {first: getIp(pool.first), last: getIp(pool.last)}))).toEqual([]);
	return new Map(used.map(({vmId, address}) => [vmId, address]));
};

/** Nobody had an address before its last owner had left it. */
const expectNoOverlap = async ({read}: Store): Promise<void> => {
	for (const {address} of await read.addresses.listKnown()) {
		const spells = await read.addresses.history(address);
		expect(spells.slice(0, -1).filter((spell, index) => spell.until === null || spell.until > spells[index + 1]!.since), address).toEqual([]);
	}
};

test(`${orders} orders over ${addresses} addresses: each has one of its own, the rest wait and say why, and go on once one is free`, async () => {
	const here = await createInstallation({
		simulator: ['--speed', '50'], cluster: ['clonesPerStorage: 8', 'destroysPerHour: 500'], extra: 'scheduler: {lease: 15s}', timeout: '5s',
	});
	narrowPool(here);
	const shops = await Promise.all([openShop(here), openShop(here), openShop(here)]);
	const {store, intents} = shops[0];
	try {
		const daemon = here.daemon();
		await until('it leads', () => daemon.lines.some(line => line.includes('"leading"')));
		const ordering = orderAll(here, shops);
		await until('some have ordered', async () => (await store.read.vms.list()).length > orders / 10);
		// A second process at the same orders; on a loaded machine one of its calls may time out (1), and is tried again.
		const run = await here.run(['--run-task=process_vms']);
		expect(`${run.code} ${run.err}`, run.out).toMatch(/^(?:[01] $|75 )/);
		await ordering;
		await until('every address is used', async () => (await store.read.addresses.listAll()).length >= addresses, patienceMs, 200);
		const waiting = await until('the rest waits', async () => {
			const {vms} = await here.json(['vm', 'list']);
			const idle = vms.filter((vm: any) => vm.addresses.length === 0 && vm.operation?.waitingFor?.includes('free IPv4 address'));
			return idle.length === orders - addresses && idle;
		}, patienceMs, 300);
		const {vms} = await here.json(['vm', 'list']);
		expect(vms).toHaveLength(orders);
		expect(vms.filter((vm: any) => vm.needsAttention !== null)).toEqual([]);
		const owners = await expectDistinct(store);
		expect(owners.size).toBe(addresses);
		expect(waiting.map((vm: any) => vm.operation.waitingFor)).toEqual(waiting.map(() => 'a free IPv4 address in fra1-v4'));
		expect((await here.run(['vm', 'explain', waiting[0].reference])).out).toContain('a free IPv4 address in fra1-v4');
		expect((await here.json(['pool', 'list'])).pools).toMatchObject([{
			total: addresses, used: addresses, free: 0, held: 0, quarantined: 0,
		}]);
		await until('the pool\'s incident', async () => {
			const {incidents} = await here.json(['incident', 'list']);
			return incidents.some((one: any) => one.severity === 'critical' && one.affects === orders - addresses && one.cause.startsWith('addresses free in the pool fra1-v4: 0 '));
		});
		// The first: the last ones' clones have yet to begin.
		const leaving = owners.keys().toArray().slice(0, terminated);
		for (const id of leaving) {
			await intents.terminateVm(`v${id}`);
		}

		await until('as many of those that waited have an address', async () => {
			const had = await store.read.addresses.listAll();
			return had.filter(({vmId}) => !owners.has(vmId)).length === terminated;
		}, Math.max(300_000, patienceMs), 300);
		const later = await expectDistinct(store);
		expect(later.size).toBe(addresses);
		expect(leaving.filter(id => later.has(id))).toEqual([]);
		await expectNoOverlap(store);
		expect(daemon.errors).toEqual([]);
	} finally {
		await Promise.all(shops.map(async shop => shop.store.close()));
		await here.remove();
	}
}, 600_000 + (3 * patienceMs));
