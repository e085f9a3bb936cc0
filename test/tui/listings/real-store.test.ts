import {describe, expect, it} from 'vitest';
import {viewOf} from '../../../source/tui/listings/all-views.js';
import {type ViewName} from '../../../source/tui/listing.js';
import {createPeriods} from '../../../source/domain/traffic-periods.js';
import {newVm} from '../../store/support/temporary-store.js';
import {cellsOf} from '../support/fixed-lines.js';
import {addFailedInstall, createRealApp} from '../support/real-app.js';

const minute = 60_000;

/** A database with three VMs, their backups, a restore, an install and what was counted. */
const fill = async () => {
	const {app, store} = await createRealApp();
	const now = Date.now();
	const {month} = createPeriods('Europe/Berlin')(now / 1000);
	await store.write(async ({vms, operations, backups, snapshots, traffic, activity}) => {
		const [web, db] = [await vms.insert(newVm({createdAt: now})), await vms.insert(newVm({
			reference: 'order-2', hostname: 'db2.example.net', package: {trafficGb: 10, traffic: {count: 'out'}}, createdAt: now - minute,
		}))];
		const {operation} = await operations.add(web.id, {
			kind: 'create', params: {}, requestedBy: 'anna', now,
		});
		await operations.begin(operation.id, now);
		const common = {
			vmId: db.id, localDate: null, storage: 'shared', note: 'by hand', operationId: null,
		};
		const good = await backups.add({...common, kind: 'manual', createdAt: now - (30 * minute)});
		await backups.set(good.id, {state: 'done', sizeBytes: 1_500_000_000, finishedAt: now});
		const bad = await backups.add({...common, kind: 'manual', createdAt: now - (10 * minute)});
		await backups.set(bad.id, {state: 'failed', cause: 'no space left', finishedAt: now});
		const {operation: restore} = await operations.add(db.id, {
			kind: 'restore', params: {backupId: good.id, mail: true}, requestedBy: 'anna', now,
		});
		await operations.begin(restore.id, now);
		await snapshots.add({
			vmId: web.id, name: 'before', note: null, createdAt: now - (20 * minute), keep: true, ours: true,
		});
		await traffic.add({
			vmId: db.id, from: null, to: Math.floor(now / 1000), now, rows: [{
				vmId: db.id, unit: 'month', start: month, bytesIn: 5e9, bytesOut: 12e9, estimatedBytes: 0, gapSeconds: 900,
			}],
		});
		await activity.add({
			at: now, level: 'error', actor: {name: 'anna', address: '198.51.100.7'}, subject: 'db2.example.net', vmId: db.id, message: 'the disk is full',
		});
	});
	await addFailedInstall(store, 'shop.example.org');

	return async (name: ViewName, filter = '') => {
		const view = viewOf(name);
		const listing = await view.read(app, {filter, now, settings: app.settings()});
		return {...listing, cells: listing.rows.map(row => cellsOf(view, row, undefined, now))};
	};
};

describe('the views over a real database', () => {
	it('show VMs with what they do, those in work first', async () => {
		const {cells, summary, total} = await (await fill())('vms');
		expect(cells).toMatchObject([
			{
				id: 'v101', vm: 'web1.example.net', client: 'ada@example.org', status: 'creation', doing: 'deploy: set ip', step: '1/15', for: '0s',
			},
			{
				id: 'v102', vm: 'db2.example.net', doing: 'restore: stopped', step: expect.stringMatching(/^1\//),
			},
		]);
		expect({summary, total}).toEqual({summary: '2 in work', total: 2});
	});

	it('show installs with why they failed', async () => {
		const {cells, summary} = await (await fill())('installs');
		expect(cells).toMatchObject([{
			id: 'i1', flag: '!', site: 'shop.example.org', account: 'shop@web1', state: 'failed', why: 'the database refused the connection, attempt 3',
		}]);
		expect(summary).toBe('1 failed');
	});

	it('show backups, snapshots and the restore that is under way', async () => {
		const {cells, summary, total} = await (await fill())('backups');
		expect(cells).toMatchObject([
			{
				id: 'b2', flag: '!', vm: 'db2.example.net', ref: 'v102', kind: 'backup, manual', state: 'failed', age: '10m', size: '–', note: 'no space left: by hand',
			},
			{
				id: 's1', flag: ' ', vm: 'web1.example.net', kind: 'snapshot, kept', name: 'before', state: 'there', age: '20m',
			},
			{
				id: 'b1', flag: ' ', state: 'restoring', size: '1.5 GB', storage: 'shared',
			},
		]);
		expect({summary, total}).toEqual({summary: '2 backups, 1 failed, 1 to restore, 1 snapshot', total: 3});
	});

	it('show what flowed in this month, and who is over', async () => {
		const {cells, summary} = await (await fill())('traffic');
		expect(cells).toMatchObject([
			{
				id: 't102', flag: '!', in: '5.0 GB', out: '12.0 GB', billable: '12.0 GB', of: '10.0 GB', bar: '██████████ 120% over', gaps: '15m', age: '0s',
			},
			{
				id: 't101', flag: ' ', billable: '0 B', of: '–', bar: 'no limit', asOf: 'never',
			},
		]);
		expect(summary).toMatch(/^\d{4}-\d\d: 5\.0 GB in, 12\.0 GB out, 12\.0 GB billable, 1 over$/);
	});

	it('show the log, and only what the filter asks of it', async () => {
		const read = await fill();
		const rows = async (filter: string) => (await read('activity', filter)).cells.map(({who, message}) => `${who}: ${message}`);
		expect(await rows('')).toEqual(['anna (198.51.100.7): the disk is full']);
		expect(await rows('error DISK')).toHaveLength(1);
		expect(await rows('warning db2')).toHaveLength(1);
		expect(await rows('error no such disk')).toEqual([]);
		expect(await rows('no such thing')).toEqual([]);
	});
});
