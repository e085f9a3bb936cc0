/* eslint unicorn/max-nested-calls: off -- a story of keys reads best as one call in another */
import {describe, expect, it} from 'vitest';
import {createConversation} from '../../source/tui/conversation.js';
import {performEffect, type PerformContext} from '../../source/tui/perform.js';
import {reduce} from '../../source/tui/reduce.js';
import {createTimes} from '../../source/tui/format.js';
import {createTheme} from '../../source/tui/theme.js';
import {taskLock} from '../../source/domain/task.js';
import {fixedNow, fixedOverview} from './support/fixed-overview.js';
import {addFailedInstall, createRealApp, type RealApp} from './support/real-app.js';
import {
	effectsOf,
	painted,
	press,
	stateWith,
	type,
} from './support/states.js';

const detail: PerformContext['detail'] = {
	theme: createTheme({isAscii: true, isColour: false}), times: createTimes('UTC'), now: fixedNow, columns: 120, tasks: [],
};

const contextOf = async ({app}: RealApp): Promise<PerformContext> => ({
	app, overview: await app.overview({vms: 10, installs: 10, activity: 10}), runCommand: async () => ({code: 0, out: '', err: ''}),
	conversation: createConversation(() => undefined), say: () => undefined,
	detail,
});

const hold = {
	by: 'anna', reason: 'new disks', since: fixedNow - 60_000, until: null,
};

const held = (since: number, by = 'anna') => ({...fixedOverview, hold: {...hold, by, since}});

describe('a hold', () => {
	it('that somebody ordered while a reason was typed is not written over', () => {
		const typing = type(press(stateWith(), ['H']), 'my own reason');
		const late = press(reduce(typing, {
			kind: 'overview', overview: held(fixedNow), now: fixedNow, isLeading: false,
		}), ['enter']);
		expect(effectsOf(late)).toEqual([]);
		expect(late.overlay).toBeNull();
		expect(late.notice?.text).toContain('anna ordered a hold meanwhile');
	});

	it('is ended only if it is the one that was asked about', async () => {
		const asked = painted(press(stateWith({overview: held(5)}), ['H']));
		expect(effectsOf(press(asked, ['y'], 5000))).toEqual([{kind: 'end-hold', since: 5}]);
		const world = await createRealApp();
		const ben = await world.as('ben');
		await ben.intents.hold({reason: 'the storage burns', forMs: null});
		await expect(performEffect({kind: 'end-hold', since: 5}, await contextOf(world))).resolves.toMatchObject({level: 'bad', text: 'that hold is over, and ben ordered another: it still stands'});
		const {hold: standing} = await world.app.overview({vms: 0, installs: 0, activity: 0});
		expect(standing).toMatchObject({by: 'ben'});
		await expect(performEffect({kind: 'end-hold', since: standing!.since}, await contextOf(world))).resolves.toMatchObject({level: 'good'});
		await expect(performEffect({kind: 'end-hold', since: standing!.since}, await contextOf(world))).resolves.toMatchObject({text: 'there is no hold'});
	});
});

describe('a lock', () => {
	it('that went to another owner while the question stood is not cleared', async () => {
		const world = await createRealApp();
		const take = async () => {
			const {id} = await world.store.sessions.start({
				kind: 'run', actor: 'ben', address: null, isReadOnly: false,
			});
			return (await world.store.leases.acquire(taskLock('process_vms'), id, 60_000)).held!;
		};

		const seen = await take();
		await world.store.leases.clear(seen.name, true);
		const {fence} = await take();
		const clear = async (number: number) => performEffect({
			kind: 'clear-lock', lock: seen.name, fence: number, isForced: true,
		}, await contextOf(world));
		await expect(clear(seen.fence)).resolves.toMatchObject({level: 'bad', text: expect.stringMatching(/^the lock of Process VMs is held by \S+:\d+ by now: nothing was cleared$/) as string});
		await expect(world.store.leases.list()).resolves.toHaveLength(1);
		await expect(clear(fence)).resolves.toMatchObject({level: 'good', text: expect.stringContaining('cleared 1 lock') as string});
		await expect(clear(fence)).resolves.toMatchObject({level: 'good', text: 'it was free already'});
	});
});

describe('an install', () => {
	it('that somebody else was first with is told so, whatever the key', async () => {
		const world = await createRealApp();
		const id = await addFailedInstall(world.store, 'shop.example.org');
		const {version} = (await world.store.read.installs.find(id))!;
		const ben = await world.as('ben');
		await ben.intents.retryInstall(id);
		const context = await contextOf(world);
		await expect(performEffect({kind: 'drop', id, version}, context)).resolves.toMatchObject({level: 'bad', text: expect.stringMatching(/pending/) as string});
		await expect(performEffect({kind: 'retry-install', id, version}, context)).resolves.toMatchObject({text: expect.stringMatching(/pending/) as string});
		await ben.intents.dropInstall(id);
		await expect(performEffect({kind: 'drop', id, version}, context)).resolves.toMatchObject({text: expect.stringMatching(/already dropped by ben \d+s ago|dropped by ben/) as string});
		await expect(performEffect({kind: 'retry-install', id, version}, context)).resolves.toMatchObject({level: 'bad', text: expect.stringMatching(/dropped/) as string});
		await expect(world.store.read.installs.find(id)).resolves.toMatchObject({state: 'dropped', droppedBy: 'ben'});
	});
});

describe('an interval', () => {
	it('that nobody changed is left alone', () => {
		const same = press(stateWith(), ['e', 'enter']);
		expect([effectsOf(same), same.overlay, same.notice?.text]).toEqual([[], null, 'the interval stays as it is']);
	});
});

describe('an incident', () => {
	it('that somebody acknowledged, or that is over, is told so', async () => {
		const world = await createRealApp();
		const finding = {
			key: 'cluster:fra1:down', severity: 'warning', cause: 'fra1 does not answer', command: null, affects: 1,
		} as const;
		await world.store.write(async ({incidents}) => incidents.reconcile([finding], Date.now()));
		const [incident] = await world.store.read.incidents.listOpen();
		const ben = await world.as('ben');
		await ben.intents.acknowledge(incident!.id, null, null);
		await expect(performEffect({kind: 'acknowledge', incident: incident!}, await contextOf(world))).resolves.toMatchObject({text: expect.stringContaining('acknowledged already, by ben') as string});
		await world.store.write(async ({incidents}) => incidents.reconcile([], Date.now()));
		await expect(performEffect({kind: 'acknowledge', incident: incident!}, await contextOf(world))).resolves.toMatchObject({text: expect.stringContaining('is over') as string});
	});
});

describe('what was refused', () => {
	it('is told to its end: what does not fit below the frame gets a page', async () => {
		const world = await createRealApp();
		const ben = await world.as('ben');
		await ben.intents.hold({reason: 'the storage of fra1 burns and nobody may start anything at all until the firemen have gone home', forMs: null});
		const said = await performEffect({kind: 'run', task: 'process_vms'}, {...await contextOf(world), detail: {...detail, columns: 80}});
		expect(said?.kind).toBe('output');
		const text = said?.kind === 'output' ? said.text : '';
		expect(text.replaceAll('\n', ' ')).toContain('until the firemen have gone home end it with `cronsole hold off`');
		expect(Math.max(...text.split('\n').map(line => line.length))).toBeLessThanOrEqual(76);
	});
});
