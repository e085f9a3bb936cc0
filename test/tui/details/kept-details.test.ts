import {describe, expect, it} from 'vitest';
import {type Backup} from '../../../source/domain/backup.js';
import {type Store} from '../../../source/store/store.js';
import {type NewVm} from '../../../source/store/vms.js';
import {newVm} from '../../store/support/temporary-store.js';
import {fixedNow} from '../support/fixed-overview.js';
import {createRealApp} from '../support/real-app.js';
import {detailOf} from './support.js';

const day = 86_400_000;

const addVm = async (store: Store, facts: Partial<NewVm> = {}): Promise<number> => {
	const {id} = await store.write(async ({vms}) => vms.insertImported({
		...newVm({
			package: {backups: 3, snapshotDays: 10}, backup: {mon: '02:30', thu: '02:30'}, createdAt: fixedNow - (60 * day), ...facts,
		}), node: 'pve1', vmid: 101, mac: 'BC:24:11:00:00:01', remoteStatus: 'running',
	}));
	return id;
};

type Facts = Partial<Pick<Backup, 'kind' | 'localDate' | 'createdAt' | 'state' | 'cause' | 'finishedAt'>>;

const addBackup = async (store: Store, vmId: number, {kind = 'scheduled', localDate = null, createdAt = fixedNow - day, ...facts}: Facts): Promise<Backup> => store.write(async ({backups}) => {
	const {id} = await backups.add({
		vmId, kind, localDate, storage: 'shared', note: null, createdAt, operationId: null,
	});
	await backups.set(id, {
		state: 'done', volid: `shared:backup/${id}.vma.zst`, sizeBytes: 4_200_000_000, finishedAt: createdAt + 95_000, ...facts,
	});
	return (await backups.find(id))!;
});

/** Of the last Mondays and Thursdays; it is Saturday, 2026-11-21. */
const addWeek = async (store: Store, vmId: number): Promise<readonly Backup[]> => [
	await addBackup(store, vmId, {localDate: '2026-11-12', createdAt: fixedNow - (9 * day)}),
	await addBackup(store, vmId, {localDate: '2026-11-16', createdAt: fixedNow - (5 * day)}),
	await addBackup(store, vmId, {localDate: '2026-11-19', createdAt: fixedNow - (2 * day)}),
];

describe('the details of a backup', () => {
	it('say what it is, how long it took, when it makes room, and the commands that use it', async () => {
		const {app, store} = await createRealApp();
		const vmId = await addVm(store);
		const [oldest] = await addWeek(store, vmId);
		const {title, text} = await detailOf(app, {kind: 'backup', id: oldest!.id, vmId});
		expect(title).toBe(`b${oldest!.id} of web1.example.net`);
		expect(text).toMatchInlineSnapshot(`
			"
			  state         done
			  vm            web1.example.net (v101, order order-1), ready, running on fra1/pve1
			  made          by schedule, for 2026-11-12
			  begun         2026-11-12 18:40:12 CET (9d ago)
			  took          1m35s
			  finished      2026-11-12 18:41:47 CET
			  size          4.2 GB
			  storage       shared
			  volume        shared:backup/1.vma.zst
			  goes          on 2026-11-23, to make room: its package keeps 3; never while it is protected
			                on its storage

			  Commands
			  cronsole backup restore v101 b1
			    brings the VM back to this: what is on it now is lost
			  cronsole backup remove v101 b1
			    removes this backup for ever"
		`);
	});

	it('count the days until one has to make room', async () => {
		const {app, store} = await createRealApp();
		const vmId = await addVm(store);
		const days: string[] = [];
		for (const {id} of await addWeek(store, vmId)) {
			const {text} = await detailOf(app, {kind: 'backup', id, vmId}, {columns: 200});
			days.push(/goes +on (\S+),/.exec(text)![1]!);
		}

		expect(days).toEqual(['2026-11-23', '2026-11-26', '2026-11-30']);
	});

	it('say why one never goes by itself', async () => {
		const {app, store} = await createRealApp();
		const vmId = await addVm(store);
		const {id} = await addBackup(store, vmId, {kind: 'manual'});
		expect((await detailOf(app, {kind: 'backup', id, vmId})).text).toMatch(/goes +never by itself: only scheduled ones/);
		await store.write(async ({vms}) => vms.set(vmId, {package: {}}));
		const other = await addBackup(store, vmId, {localDate: '2026-11-19'});
		expect((await detailOf(app, {kind: 'backup', id: other.id, vmId})).text).toMatch(/goes +never by itself: its package has no number/);
	});

	it('say why one failed, and which command makes another', async () => {
		const {app, store} = await createRealApp();
		const vmId = await addVm(store);
		const {id} = await addBackup(store, vmId, {state: 'failed', cause: 'no space left on device'});
		const {text} = await detailOf(app, {kind: 'backup', id, vmId}, {columns: 40});
		expect(text).toMatch(/why +no space left on/);
		expect(text).toContain(`cronsole backup now v${vmId}`);
		expect(text).not.toContain('restore');
	});

	it('say that a command waits for what is under way, and why it is refused while a person is needed', async () => {
		const {app, store} = await createRealApp();
		const vmId = await addVm(store);
		const {id} = await addBackup(store, vmId, {});
		await store.write(async ({operations}) => operations.add(vmId, {
			kind: 'reboot', params: null, requestedBy: 'anna', now: fixedNow,
		}));
		expect((await detailOf(app, {kind: 'backup', id, vmId})).text).toContain('is lost; after the present operation');
		await store.write(async ({vms}) => vms.setAttention(vmId, {reason: 'locked', since: fixedNow, command: 'qm unlock 101'}));
		expect((await detailOf(app, {kind: 'backup', id, vmId})).text).toContain(`not now: it needs attention; \`cronsole vm explain v${vmId}\` says why`);
	});

	it('are not those of another VM\'s backup', async () => {
		const {app, store} = await createRealApp();
		const vmId = await addVm(store);
		const {id} = await addBackup(store, vmId, {});
		expect((await detailOf(app, {kind: 'backup', id, vmId: vmId + 1})).text).toContain('there is no such backup');
	});
});

const addSnapshot = async (store: Store, vmId: number, more: {readonly name?: string; readonly keep?: boolean; readonly ours?: boolean; readonly createdAt?: number} = {}): Promise<number> => {
	await store.write(async ({snapshots}) => snapshots.add({
		vmId, name: 'before-upgrade', note: 'asked for by phone', createdAt: fixedNow - day, keep: false, ours: true, ...more,
	}));
	const [snapshot] = await store.read.snapshots.list(vmId);
	return snapshot!.id;
};

describe('the details of a snapshot', () => {
	it('say what it is, on which day it goes, and the commands that use it', async () => {
		const {app, store} = await createRealApp();
		const vmId = await addVm(store);
		const id = await addSnapshot(store, vmId);
		const {title, text} = await detailOf(app, {kind: 'snapshot', id, vmId}, {columns: 60});
		expect(title).toBe('before-upgrade of web1.example.net');
		expect(text).toMatchInlineSnapshot(`
			"
			  snapshot      before-upgrade
			  vm            web1.example.net (v101, order order-1),
			                ready, running on fra1/pve1
			  taken         2026-11-20 18:40:12 CET (24h ago),
			                through cronsole
			  note          asked for by phone
			  goes          on 2026-11-30, in 9d: after 10 days, as
			                its package says

			  Commands
			  cronsole snapshot rollback v101 before-upgrade
			    brings the VM back to this: what came after is lost
			  cronsole snapshot keep v101 before-upgrade
			    never removes it by its age
			  cronsole snapshot remove v101 before-upgrade
			    removes this snapshot for ever"
		`);
	});

	it.each([
		[{keep: true}, /goes +never by itself: it is kept[\s\S]*keep v\d+ before-upgrade --off/],
		[{ours: false}, /goes +never by itself: it was made outside cronsole/],
		[{createdAt: fixedNow - (11 * day)}, /goes +with the next run of Remove Snapshots/],
	])('with %j say how it ends', async (more, words) => {
		const {app, store} = await createRealApp();
		const vmId = await addVm(store);
		const id = await addSnapshot(store, vmId, more);
		expect((await detailOf(app, {kind: 'snapshot', id, vmId})).text.replaceAll(/\n +/g, ' ')).toMatch(words);
	});

	it('give no command that a shell would take apart', async () => {
		const {app, store} = await createRealApp();
		const vmId = await addVm(store);
		const id = await addSnapshot(store, vmId, {name: 'x; rm -rf \'/\'', ours: false});
		expect((await detailOf(app, {kind: 'snapshot', id, vmId})).text).toContain(String.raw`cronsole snapshot rollback v${vmId} 'x; rm -rf '\''/'\'''`);
	});
});

describe('the details of a VM', () => {
	it('name its newest backups and snapshots, and where the others are', async () => {
		const {app, store} = await createRealApp();
		const vmId = await addVm(store);
		for (let index = 0; index < 7; index++) {
			await addBackup(store, vmId, {createdAt: fixedNow - (index * day)});
		}

		await addSnapshot(store, vmId);
		const {text} = await detailOf(app, {kind: 'vm', id: vmId}, {columns: 52});
		expect(text).toContain(`(2 more: cronsole backup list v${vmId})`);
		expect(text).toMatch(/before-upgrade +11-20 18:40 {2}goes 2026/);
		expect(text).toMatch(/scheduled +mon 02:30, thu 02:30/);
	});
});
