import fs from 'node:fs';
import {setTimeout as sleep} from 'node:timers/promises';
import Database from 'better-sqlite3';
import {
	afterEach,
	beforeEach,
	describe,
	expect,
	test,
} from 'vitest';
import {order, until} from '../support/program.js';
import {deployed, expectLawful, expectWhole} from './signals-check.js';
import {freezeInCommit} from './signals-freeze.js';
import {
	createWorld,
	findLeader,
	hasBegun,
	leads,
	leaseMs,
	type World,
} from './signals-world.js';

const count = 3;
const wanted = Object.fromEntries(Array.from({length: count}, (_, index) => [`order-${index + 1}`, deployed]));

const createOrder = async ({run, file}: World, index: number) => run('vm', 'create', '--file', file(`order-${index}.json`, order(index)));

const createOrders = async (world: World): Promise<void> => {
	const answers = await Promise.all(Array.from({length: count}, async (_, index) => createOrder(world, index + 1)));
	expect(answers.filter(({code}) => code !== 0)).toEqual([]);
};

const isCloning = async (world: World): Promise<boolean> => {
	const {tasks} = await world.truth();
	return tasks.some(({type, status}) => type === 'qmclone' && status === 'running');
};

const untilReady = async ({rows}: World): Promise<void> => {
	await until('all are ready', () => rows('select 1 from vms where status <> \'ready\' limit 1').length === 0, 120_000, 100);
};

/** Whether somebody else could begin to write. */
const isLocked = (database: string): boolean => {
	const db = new Database(database, {timeout: 0});
	try {
		db.exec('begin immediate; rollback');
		return false;
	} catch (error) {
		expect((error as {readonly code: string}).code).toBe('SQLITE_BUSY');
		return true;
	} finally {
		db.close();
	}
};

describe('moments', () => {
	let world: World;

	beforeEach(async () => {
		world = await createWorld({simulator: ['--speed', '25']});
	});

	afterEach(async () => world?.remove());

	test('stopped in the middle of a commit a leader holds up all who write, and nobody else; continued or killed, all goes on, nothing twice', async () => {
		const daemons = [world.daemon(), world.daemon()];
		await createOrders(world);
		for (const [signal, ms] of [['SIGCONT', leaseMs * 1.3], ['SIGKILL', leaseMs / 3]] as const) {
			const pid = await until('one leads', () => findLeader(world), 30_000, 20);
			await freezeInCommit(pid, world.database);
			const [before] = world.rows<{readonly writes: number}>('select count(*) as writes from witness_writes');
			const end = performance.now() + ms;
			while (performance.now() < end) {
				expect(isLocked(world.database)).toBe(true);
				await sleep(200);
			}

			// Whoever only looks is not held up, and sees what was before.
			expect(await world.run('vm', 'show', 'order-1')).toMatchObject({code: 0, err: ''});
			expect(world.rows('select count(*) as writes from witness_writes')).toEqual([before]);
			process.kill(pid, signal);
			await until('somebody leads who writes', () => world.rows('select 1 from witness_writes limit 1 offset ?', before!.writes + 3).length > 0);
		}

		await untilReady(world);
		const left = daemons.find(({child}) => child.signalCode === null)!;
		expect(await left.end()).toBe(143);
		await expectWhole(world, wanted);
	}, 120_000);

	test('a daemon that is hung up on reads its config again and loses nothing of its work; one with a mistake changes nothing', async () => {
		const daemon = world.daemon();
		await until('it has begun', () => hasBegun(daemon));
		await createOrders(world);
		await until('work is under way', async () => isCloning(world));
		const config = fs.readFileSync(world.config, 'utf8');
		const hangUp = async (content: string, says: string): Promise<void> => {
			fs.writeFileSync(world.config, content);
			const before = daemon.lines.length;
			daemon.child.kill('SIGHUP');
			await until(says, () => daemon.lines.slice(before).some(line => line.includes(says)));
		};

		await hangUp(config.replace('backup_status: {interval: 1s}', 'backup_status: {intervall: 1s}'), 'the old config stays in use');
		await hangUp(config.replace('backup_status: {interval: 1s}', 'collect_statistics: {interval: 1s}'), 'the config was read again');
		await until('it goes by the new config', () => world.rows('select 1 from runs where task = \'collect_statistics\'').length > 2);
		for (let again = 0; again < 5; again++) {
			await hangUp(config, 'the config was read again');
		}

		await untilReady(world);
		expect(findLeader(world)).toBe(daemon.pid);
		expect(world.rows('select * from runs where result = \'interrupted\'')).toEqual([]);
		expect(await daemon.end()).toBe(143);
		await expectWhole(world, wanted);
	}, 120_000);

	test('a terminal closed under the console that leads leaves no orphan and no lock, and its work goes on elsewhere', async () => {
		const first = await world.console('--lead');
		await leads(world, first.pid);
		const second = await world.console('--lead');
		await until('its screen', () => second.written().includes('Process VMs'));
		await createOrders(world);
		await until('work is under way', async () => isCloning(world));
		first.close();
		await until('it is gone', () => !world.living().includes(first.pid));
		expect(world.rows('select name from leases join sessions on sessions.id = owner where pid = ?', first.pid)).toEqual([]);
		await leads(world, second.pid);
		await untilReady(world);
		expectLawful(world);
		second.close();
		await until('nobody is left', () => world.living().length === 0);
		await expectWhole(world, wanted);
	}, 120_000);
});
