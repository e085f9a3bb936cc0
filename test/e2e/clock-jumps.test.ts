import {describe, expect, test} from 'vitest';
import {
	createInstallation,
	order,
	until,
	type Installation,
	type Running,
} from '../support/program.js';
import {
	ahead,
	behind,
	createWallClock,
	hasFaketime,
} from './wall-clock.js';

const rareTasks = ['remove_snapshots', 'restore_backup', 'backup_status', 'schedule_backup', 'collect_statistics', 'process_installs'];

/** Takes one over whose owner is dead at once, of a living one after a minute: less than any jump, more than any stall of a busy machine. */
const longLease = 60;
const shortLease = 3;

/** One task each second, the others so seldom that only a jump of an hour makes them due. */
const intervals = `tasks: {process_vms: {interval: 1s}, ${rareTasks.map(task => `${task}: {interval: 40m}`).join(', ')}}`;

const createHere = async (leaseSeconds: number): Promise<Installation> => createInstallation({simulator: ['--speed', '8'], timeout: '1s', extra: `scheduler: {lease: ${leaseSeconds}s}\n${intervals}`});

const eventsOf = (daemons: readonly Running[]): any[] => daemons.flatMap(({lines}) => lines.filter(line => line.startsWith('{')).map(line => JSON.parse(line)));

const countEvents = (daemons: readonly Running[], event: string): number => eventsOf(daemons).filter(line => line.event === event).length;

const countStarts = (daemons: readonly Running[], task: string): number => eventsOf(daemons).filter(line => line.event === 'run-started' && line.task === task).length;

const countTasks = async (here: Installation, type: string): Promise<number> => {
	const {tasks} = await here.truth();
	return tasks.filter(task => task.type === type).length;
};

const leads = async (daemons: readonly Running[], times: number): Promise<unknown> => until('somebody leads', () => countEvents(daemons, 'leading') === times);

/** A task that is due each second runs on: it may not fall silent for as long as the clock was set back. */
const runsOn = async (daemons: readonly Running[]): Promise<void> => {
	const before = countStarts(daemons, 'process_vms');
	await until('the task of each second runs on', () => countStarts(daemons, 'process_vms') >= before + 3);
};

/** Every VM is there once, none needs a person, and nothing was begun twice. */
const expectWhole = async (here: Installation, count: number): Promise<void> => {
	await until('all are ready', async () => (await here.json(['status'])).vms.ready === count, 60_000, 400);
	const {vms} = await here.json(['vm', 'list']);
	expect(vms.filter((vm: any) => vm.needsAttention !== null)).toEqual([]);
	expect(new Set(vms.map((vm: any) => vm.vmid)).size).toBe(count);
	expect(await countTasks(here, 'qmclone')).toBe(count);
	expect(await countTasks(here, 'qmstart')).toBe(count);
};

const create = async (here: Installation, index: number): Promise<void> => {
	const {code, err} = await here.run(['vm', 'create'], order(index));
	expect(code, err).toBe(0);
};

describe.skipIf(!hasFaketime()).concurrent('the wall clock', () => {
	test('set an hour ahead and back while VMs are deployed: no lease changes hands, nothing is lost or twice, tasks neither starve nor burst', async () => {
		const here = await createHere(longLease);
		try {
			const clock = createWallClock(here, 'machine');
			const daemons = [clock.start(['--daemon']), clock.start(['--daemon'])];
			await leads(daemons, 1);
			for (const [index, jump] of [ahead, 0].entries()) {
				await create(here, index);
				await until('its clone is under way', async () => await countTasks(here, 'qmclone') === index + 1);
				clock.set(jump);
				await runsOn(daemons);
				await until('each other task has run once more', () => rareTasks.every(task => countStarts(daemons, task) >= index + 2));
			}

			await expectWhole(here, 2);
			expect(rareTasks.map(task => countStarts(daemons, task))).toEqual(rareTasks.map(() => 3));
			expect(['leading', 'lock-taken', 'lock-lost', 'standby', 'renew-failed', 'cycle-failed'].map(event => countEvents(daemons, event))).toEqual([1, 0, 0, 0, 0, 0]);
			expect(countEvents(daemons, 'clock')).toBeGreaterThanOrEqual(1);
		} finally {
			await here.remove();
		}
	}, 120_000);

	test('of one of two daemons set ahead or back: there is one leader all the time, and the other one takes over what it leaves, however their clocks differ', async () => {
		const here = await createHere(longLease);
		try {
			const clocks = [createWallClock(here, 'one'), createWallClock(here, 'other')] as const;
			const daemons = [clocks[0].start(['--daemon'])];
			await leads(daemons, 1);
			daemons.push(clocks[1].start(['--daemon']));
			for (const [clock, jump] of [[0, ahead], [1, behind], [0, 0], [1, ahead]] as const) {
				clocks[clock].set(jump);
				await runsOn(daemons);
			}

			expect(countEvents(daemons, 'leading')).toBe(1);
			await create(here, 1);
			await until('its clone is under way', async () => await countTasks(here, 'qmclone') === 1);
			await daemons[0]!.end('SIGKILL');
			await leads(daemons, 2);
			await runsOn(daemons);
			daemons.push(clocks[0].start(['--daemon']));
			await create(here, 2);
			await until('its clone is under way', async () => await countTasks(here, 'qmclone') === 2);
			await daemons[1]!.end('SIGKILL');
			await leads(daemons, 3);
			await runsOn(daemons);
			await expectWhole(here, 2);
			expect(countEvents(daemons, 'lock-lost')).toBe(0);
		} finally {
			await here.remove();
		}
	}, 120_000);

	test('of a machine that slept for an hour, longer than any lease: one leader, what the cluster ended meanwhile is seen, nothing is begun twice', async () => {
		const here = await createHere(shortLease);
		try {
			const clock = createWallClock(here, 'machine');
			const daemons = [clock.start(['--daemon']), clock.start(['--daemon'])];
			await leads(daemons, 1);
			await create(here, 1);
			await create(here, 2);
			await until('both clones are under way', async () => await countTasks(here, 'qmclone') === 2);
			for (const {child} of daemons) {
				child.kill('SIGSTOP');
			}

			clock.set(ahead);
			await until('the cluster has ended them', async () => (await here.truth()).tasks.every(({status}) => status === 'stopped'));
			await until('the leases are over', async () => (await here.json(['lock', 'list'])).locks.every(({stale}: any) => stale), 30_000, 200);
			for (const {child} of daemons) {
				child.kill('SIGCONT');
			}

			await runsOn(daemons);
			await expectWhole(here, 2);
			const {scheduler, locks} = {...await here.json(['status']), ...await here.json(['lock', 'list'])};
			expect(daemons.map(({pid}) => pid)).toContain(scheduler.leader.pid);
			expect(locks.filter(({name}: any) => name === 'leader')).toHaveLength(1);
		} finally {
			await here.remove();
		}
	}, 120_000);
});
