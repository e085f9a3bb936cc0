import {setTimeout as sleep} from 'node:timers/promises';
import {render} from 'ink';
import {
	describe,
	expect,
	it,
	onTestFinished,
	vi,
} from 'vitest';
import {type App} from '../../source/app.js';
import {lookFirst} from '../../source/tui/first-look.js';
import {createLeading} from '../../source/tui/leading.js';
import {reduce} from '../../source/tui/reduce.js';
import {type Action} from '../../source/tui/state.js';
import {useOverview} from '../../source/tui/use-overview.js';
import {startSession} from '../store/support/temporary-store.js';
import {createFakeTerminal} from './support/fake-terminal.js';
import {fixedNow, fixedOverview} from './support/fixed-overview.js';
import {open} from './support/open.js';
import {addFailedInstall, createRealApp} from './support/real-app.js';
import {stateWith} from './support/states.js';

/** From here on whatever comes again and again comes when the test says so. */
const holdIntervals = (): void => {
	vi.useFakeTimers({toFake: ['setInterval', 'clearInterval']});
	onTestFinished(() => {
		vi.useRealTimers();
	});
};

/** What the console's watch on the database tells the screen, quarter of a second by quarter of a second. */
const watch = async (app: App) => {
	const actions: Action[] = [];
	let ms = 0;
	let reading: Promise<unknown> = Promise.resolve();
	const watched: App = {
		...app,
		async overview(limit) {
			const overview = app.overview(limit);
			reading = overview;
			return overview;
		},
	};
	const first = await lookFirst(app);
	const clock = {now: () => fixedNow + ms, monotonic: () => ms};
	const leading = createLeading(async () => {
		throw new Error('nobody leads here');
	});
	const dispatch = (action: Action): void => {
		actions.push(action);
	};

	const Watching = () => {
		useOverview({
			app: watched, clock, leading, first,
		}, dispatch);
		return null;
	};

	holdIntervals();
	const {stdin, stdout} = createFakeTerminal({columns: 80, rows: 24});
	const {unmount} = render(<Watching/>, {stdin, stdout, patchConsole: false});
	onTestFinished(() => {
		unmount();
	});
	await sleep(20);
	return {
		/** What was told within so much time; a look: the first view once more, though nothing was committed. */
		async pass(howLong: number): Promise<readonly string[]> {
			const before = actions.length;
			for (const end = ms + howLong; ms < end;) {
				ms += 250;
				vi.advanceTimersByTime(250);
				await sleep(2);
				await reading;
				await sleep(0);
			}

			return actions.slice(before).map(action => action.kind === 'overview' && !action.isNews ? 'look' : action.kind);
		},
	};
};

describe('a console at which nothing happens', () => {
	it('looks at once when somebody else has done something, and is drawn once a second from then on too: a look at the database brings the time with it', async () => {
		const {app, store} = await createRealApp();
		const {pass} = await watch(app);
		expect(await pass(4000)).toEqual(['tick', 'tick', 'look', 'tick']);
		await addFailedInstall(store, 'shop.example.org');
		// Between two seconds: where it looks anew by itself, it is back in step.
		expect(await pass(250)).toEqual(['overview']);
		expect(await pass(6750)).toEqual(['tick', 'tick', 'tick', 'look', 'tick', 'tick', 'look']);
	});

	it('has no timer more in a view than in the first one', async () => {
		const {app, store} = await createRealApp();
		await addFailedInstall(store, 'shop.example.org');
		holdIntervals();
		const terminal = open(app);
		await terminal.waitFor('Process VMs');
		await terminal.settle();
		const timers = vi.getTimerCount();
		terminal.send('3');
		await terminal.waitFor(/\[3[\s\S]*shop\.example\.org/);
		expect(vi.getTimerCount()).toBe(timers);
	});

	it('reads its list and its details once more where something in them was changed, and not for a lease that is renewed', async () => {
		const {app, store} = await createRealApp();
		await addFailedInstall(store, 'shop.example.org');
		const {id} = await startSession(store);
		await store.leases.acquire('leader', id, 60_000);
		const reads = {overview: 0, list: 0, details: 0};
		const {listings, installs} = app.read;
		const terminal = open({
			...app,
			async overview(limit) {
				reads.overview++;
				return app.overview(limit);
			},
			read: {
				...app.read,
				listings: {
					...listings,
					async installs(limit) {
						reads.list++;
						return listings.installs(limit);
					},
				},
				installs: {
					...installs,
					async listSteps(install) {
						reads.details++;
						return installs.listSteps(install);
					},
				},
			},
		}, {size: {columns: 160, rows: 40}});
		await terminal.waitFor('Process VMs');
		terminal.send('3');
		await expect.poll(() => reads.details).toBe(1);
		await sleep(600);
		const before = {...reads};
		for (let count = 1; count <= 2; count++) {
			await store.leases.renewAll(id);
			await expect.poll(() => reads.overview).toBeGreaterThanOrEqual(before.overview + count);
			await sleep(500);
		}

		expect(reads).toEqual({...before, overview: reads.overview});
		await addFailedInstall(store, 'forum.example.org');
		await terminal.waitFor('forum.example.org');
		await expect.poll(() => reads).toMatchObject({list: before.list + 1, details: before.details + 1});
	});

	it('reads no details anew for a look without news', () => {
		const state = stateWith();
		const look = {
			kind: 'overview', overview: fixedOverview, now: fixedNow, isLeading: false,
		} as const;
		expect(reduce(state, {...look, isNews: false}).newsCount).toBe(state.newsCount);
		expect(reduce(state, look).newsCount).toBe(state.newsCount + 1);
	});

	it('is not drawn anew for details that are what they were', () => {
		const detail: Action = {
			kind: 'detail', target: {kind: 'vm', id: 101}, title: 'web1', lines: [[['plain', 'ready']]],
		};
		const once = reduce(stateWith(), detail);
		expect(reduce(once, structuredClone(detail))).toBe(once);
		expect(reduce(once, {...detail, lines: [[['plain', 'set_ip']]]})).not.toBe(once);
		const page = reduce({...once, pages: [{...detail, kind: 'detail', top: 3}]}, {...detail, lines: []});
		expect(page.pages).toMatchObject([{top: 3, lines: []}]);
		expect(reduce(page, {...detail, lines: []})).toBe(page);
	});
});
