import {join} from 'node:path';
import {
	describe,
	expect,
	onTestFinished,
	test,
} from 'vitest';
import {tellHolder} from '../../source/app/tell-holder.js';
import {systemClock} from '../../source/domain/clock.js';
import {createInstance} from '../../source/scheduler/instance.js';
import {openStore} from '../../source/store/open-store.js';
import {type Store} from '../../source/store/store.js';
import {startLocker} from '../store/support/locker.js';
import {makeFolder, startSession} from '../store/support/temporary-store.js';

const nothing = {vms: 0, installs: 0, activity: 0} as const;

const open = async (): Promise<Store> => {
	const store = await openStore({path: join(makeFolder(), 'cronsole.db'), clock: systemClock, waitMs: 150});
	onTestFinished(async () => store.close());
	return store;
};

/** The incidents of a look some time after the leader renewed its lease for the last time. */
const lookAfter = async (store: Store, silentMs: number) => {
	const overview = await store.overview(nothing);
	const {incidents} = await tellHolder({...overview, now: overview.leases[0]!.renewedAt + silentMs}, store.place);
	return incidents;
};

describe('what keeps everybody from writing', () => {
	test('is the first incident once the leader is silent: at once where it is stopped, after a while where it runs', async () => {
		const store = await open();
		const session = await startSession(store);
		await store.leases.acquire('leader', session.id, 60_000);
		expect(await lookAfter(store, 60_000)).toEqual([]);
		const locker = await startLocker(store.place);
		expect(await lookAfter(store, 13_000)).toEqual([]);
		expect(await lookAfter(store, 60_000)).toMatchObject([{
			key: 'database:locked', severity: 'critical', command: `kill ${locker.pid}`, cause: expect.stringContaining(`(PID ${locker.pid}, running) keeps everybody from writing`) as string,
		}]);
		await locker.stop();
		expect(await lookAfter(store, 13_000)).toMatchObject([{command: `kill -CONT ${locker.pid}`}]);
		// Whoever renews can write.
		expect(await lookAfter(store, 1000)).toEqual([]);
	});

	test('stands in the log while it lasts, and in the activity once it is over', async () => {
		const store = await open();
		const session = await startSession(store);
		const lines: string[] = [];
		const instance = createInstance({
			store, session, clock: systemClock, log({message}) {
				lines.push(message);
			},
		});
		await instance.acquire('leader', 900);
		const locker = await startLocker(store.place);
		await locker.stop();
		const who = new RegExp(String.raw`^the leases could not be renewed: .*\(PID ${locker.pid}, stopped\)\.$`);
		await expect.poll(() => lines, {timeout: 10_000}).toContainEqual(expect.stringMatching(who));
		await locker.end();
		const told = async () => {
			const rows = await store.read.activity.list({limit: 10});
			return rows.filter(({subject}) => subject === 'database').map(({level, message}) => `${level}: ${message}`);
		};

		await expect.poll(told, {timeout: 10_000}).toEqual([expect.stringMatching(new RegExp(String.raw`^warning: the leases could not be renewed for a while: .*\(PID ${locker.pid}, stopped\)\.$`))]);
		await instance.releaseAll();
	});
});
