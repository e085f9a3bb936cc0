import {describe, expect, it} from 'vitest';
import {type Target} from '../../../source/tui/state.js';
import {newVm} from '../../store/support/temporary-store.js';
import {fixedNow} from '../support/fixed-overview.js';
import {addFailedInstall, createRealApp} from '../support/real-app.js';
import {detailOf} from './support.js';

// Weight and reverse video are our own.
const withoutWeights = (raw: string): string => {
	let rest = raw;
	for (const code of [1, 2, 7, 22, 27]) {
		rest = rest.replaceAll(`\u{1B}[${code}m`, '');
	}

	return rest;
};

describe('the details', () => {
	it('of a row of the activity are there however old it is', async () => {
		const {app, store} = await createRealApp();
		// The first view has four rows.
		await store.write(async ({activity}) => {
			for (const message of ['one', 'two', 'three', 'four', 'pve3 does not answer']) {
				await activity.add({
					at: fixedNow - 9_000_000_000, level: 'warning', actor: {name: 'ben', address: '198.51.100.7'}, subject: 'ams1', message,
				});
			}
		});
		const {id} = (await store.read.activity.list({limit: 1}))[0]!;
		const {title, text} = await detailOf(app, {kind: 'activity', id}, {columns: 60});
		expect(title).toBe('ams1');
		expect(text).toMatch(/by +ben from 198\.51\.100\.7/);
		expect((await detailOf(app, {kind: 'activity', id: 9999})).text).toMatch(/gone +it was too old/);
	});

	it('of an install say what became of the letter, and the command that sends it again', async () => {
		const {app, store} = await createRealApp();
		const installId = await addFailedInstall(store, 'shop.example.org');
		await store.write(async ({outbox}) => {
			const common = {
				template: 'site-welcome', to: 'max@example.org', variables: {password: 'S3cretWord'}, vmId: null, createdAt: fixedNow,
			};
			await outbox.add({...common, installId: null, key: 'another'});
			await outbox.add({...common, installId, key: 'ours'});
		});
		const [letter] = await store.read.outbox.list({installId});
		await store.write(async ({outbox}) => {
			await outbox.claim(letter!.id, {messageId: 'm', until: fixedNow});
			await outbox.settle(letter!.id, {state: 'failed', error: '550 no such user'}, fixedNow);
		});
		const {text} = await detailOf(app, {kind: 'install', id: installId});
		expect(text).toMatch(/letter +site-welcome to max@example\.org: failed.*: 550 no such user/);
		expect(text).toContain(`cronsole mail resend ${letter!.id}`);
		expect(text.match(/letter/g)).toHaveLength(1);
		expect(text).not.toContain('S3cretWord');
	});

	it('of what is gone say so, of every kind', async () => {
		const {app} = await createRealApp();
		const targets: readonly Target[] = [
			{kind: 'vm', id: 9}, {kind: 'install', id: 9}, {kind: 'incident', id: 99}, {kind: 'activity', id: 99}, {kind: 'backup', id: 9, vmId: 9}, {kind: 'snapshot', id: 9, vmId: 9}, {kind: 'traffic', vmId: 9},
		];
		for (const target of targets) {
			const {text} = await detailOf(app, target, {columns: 40});
			expect(text).toMatch(/there is no such|gone|is well again|what it was about/);
		}
	});

	it('of a task fit from 40 columns on', async () => {
		const {app} = await createRealApp();
		expect((await detailOf(app, {kind: 'task', name: 'process_vms'}, {columns: 40})).text).toMatch(/18:39:20 +ok +8\.2s/);
	});

	it('let no word of a stranger steer the screen, wherever it stands', async () => {
		const {app, store} = await createRealApp();
		const evil = 'x\u{1B}[2J\u{1B}[31m\u{1B}]8;;http://evil\u{7}\u{202E}gro\r\n│ FORGED';
		const vmId = await store.write(async ({vms, backups, snapshots, operations, stepLog}) => {
			const {id} = await vms.insert(newVm({
				reference: evil, hostname: evil, packageName: evil, client: {name: evil, email: evil}, createdAt: fixedNow,
			}));
			const backup = await backups.add({
				vmId: id, kind: 'manual', localDate: null, storage: evil, note: evil, createdAt: fixedNow, operationId: null,
			});
			await backups.set(backup.id, {state: 'failed', cause: evil});
			await snapshots.add({
				vmId: id, name: evil, note: evil, createdAt: fixedNow, keep: false, ours: false,
			});
			const {operation} = await operations.add(id, {
				kind: 'create', params: null, requestedBy: evil, now: fixedNow,
			});
			await stepLog.addFailure(id, {
				operationId: operation.id, operation: evil, from: evil, to: evil, outcome: 'failed', reason: evil, attempt: 0, startedAt: fixedNow, durationMs: 1, upid: null, log: `${evil}\n${evil}`,
			});
			return id;
		});
		const [snapshot] = await store.read.snapshots.list(vmId);
		const [backup] = await store.read.backups.list(vmId);
		const targets: readonly Target[] = [{kind: 'vm', id: vmId}, {kind: 'backup', id: backup!.id, vmId}, {kind: 'snapshot', id: snapshot!.id, vmId}, {kind: 'traffic', vmId}];
		for (const target of targets) {
			for (const columns of [40, 120]) {
				const {text, raw} = await detailOf(app, target, {columns});
				const foreign = withoutWeights(raw).replaceAll('\n', '');
				expect(foreign).not.toMatch(/[\p{Control}\p{Format}]/u);
				expect(text).not.toMatch(/^│ FORGED/m);
			}
		}
	});
});
