import {spawn, type ChildProcess} from 'node:child_process';
import {once} from 'node:events';
import {rmSync} from 'node:fs';
import {join} from 'node:path';
import {build} from 'esbuild';
import {
	afterAll,
	beforeAll,
	expect,
	onTestFinished,
	test,
	vi,
} from 'vitest';
import {createMailServer} from '../../source/clients/mail/smtp.js';
import {type FencedStore, type Tables} from '../../source/store/store.js';
import {startScript, startSmtp} from '../support/smtp.js';
import {prepareOutbox} from './outbox-world.js';

const minute = 60_000;
const root = join(import.meta.dirname, '../..');
const bundle = join(root, 'node_modules/.cache', `cronsole-sending-${process.pid}.mjs`);

beforeAll(async () => {
	await build({
		entryPoints: [join(import.meta.dirname, 'sending-child.ts')], outfile: bundle, bundle: true, format: 'esm', platform: 'node', packages: 'external', logLevel: 'warning',
	});
});
afterAll(() => {
	rmSync(bundle, {force: true});
});

/** A process that sends what is due in that database. */
const startChild = (path: string, port: number): {readonly kill: () => Promise<void>} => {
	const child: ChildProcess = spawn(process.execPath, [bundle, path, String(port)], {stdio: ['ignore', 'ignore', 'inherit']});
	const gone = once(child, 'exit');
	const kill = async (): Promise<void> => {
		child.kill('SIGKILL');
		await gone;
	};

	onTestFinished(kill);
	return {kill};
};

/** The process ends where the store is asked for its so-many-th transaction: nothing of it is written. */
const endingAt = (store: FencedStore, count: number): FencedStore => {
	let left = count;
	return {
		...store,
		async write<T>(change: (tables: Tables) => Promise<T>) {
			if (--left === 0) {
				throw new Error('killed');
			}

			return store.write(change);
		},
	};
};

test.each([
	['before the letter goes out', {RCPT: {say: null}}, 'RCPT TO:<ada@example.org>'],
	['when the letter is out', {text: {say: null}}, '.'],
])('kill -9 %s: nobody knows, and nobody sends it again', async (_, script, last) => {
	const first = await startScript(script);
	const {add, store, go, row, clock, told, context} = await prepareOutbox(first.port);
	await add('welcome', {createdAt: Date.now()});
	const child = startChild(store.place, first.port);
	await vi.waitUntil(() => first.heard.includes(last), {timeout: 15_000});
	await child.kill();
	expect(await row()).toMatchObject({state: 'sending', messageId: '<child@example.net>', attempt: 1});

	clock.setWall(Date.now() + minute);
	expect(await go()).toEqual({
		sent: 0, putOff: 0, failed: 0, unknown: 0,
	});
	clock.setWall(Date.now() + (3 * minute));
	expect(await go()).toMatchObject({unknown: 1});
	expect(await row()).toMatchObject({state: 'unknown', error: 'whoever sent it ended before an answer came', variables: {hostname: 'web1.example.net'}});
	expect(await told()).toEqual(['warning mail: it is not known whether the mail welcome (1) was sent: whoever sent it ended before an answer came']);
	expect(await go()).toMatchObject({sent: 0, unknown: 0});

	// By a person's key it goes out, as the letter that it was.
	const {port, received} = await startSmtp();
	await store.write(async ({outbox}) => outbox.resend(1, clock.now()));
	const mail = createMailServer({...context.settings.mail!, smtp: {reveal: () => `smtp://127.0.0.1:${port}`}});
	expect(await go({mail})).toMatchObject({sent: 1});
	expect(received[0]!.raw).toContain('Message-ID: <child@example.net>');
});

test('a claim that is not written sends nothing; an end that is not written sends nothing twice', async () => {
	const {port, received} = await startSmtp();
	const {add, go, row, context, clock, store, vm} = await prepareOutbox(port);
	await store.write(async ({vms}) => vms.set(vm.id, {password: 'correct-horse-battery'}));
	await add('vm-ready', {vmId: vm.id});
	await expect(go({store: endingAt(context.store, 1)})).rejects.toThrow('killed');
	expect({received: received.length, row: await row()}).toMatchObject({received: 0, row: {state: 'pending', attempt: 0}});
	await expect(go({store: endingAt(context.store, 2)})).rejects.toThrow('killed');
	expect({received: received.length, row: await row()}).toMatchObject({received: 1, row: {state: 'sending'}});
	clock.pass(2 * minute);
	expect(await go()).toMatchObject({sent: 0, unknown: 1});
	expect(received).toHaveLength(1);
	// The password stays for whoever decides to send it again.
	expect(await store.read.vms.get(vm.id)).toMatchObject({password: 'correct-horse-battery'});
});

test('who has lost the lease meanwhile sends nothing, and what was sent is nobody\'s to settle', async () => {
	const {port, received} = await startSmtp();
	const {add, go, row, store, context} = await prepareOutbox(port);
	await add('welcome');
	const {mail} = context;
	const stolen = {
		...mail!,
		async send(letter: Parameters<NonNullable<typeof mail>['send']>[0]) {
			await mail!.send(letter);
			await store.leases.release(context.store.lease);
		},
	};
	await expect(go({mail: stolen})).rejects.toMatchObject({name: 'LockLost'});
	expect({received: received.length, row: await row()}).toMatchObject({received: 1, row: {state: 'sending'}});
	await add('vm-ready');
	await expect(go()).rejects.toMatchObject({name: 'LockLost'});
	expect(received).toHaveLength(1);
});

test('silence after the text leaves the letter unknown at once, and the rest waits a minute', async () => {
	const {port, heard} = await startScript({text: {say: null, end: true}});
	const {add, go, rows, clock} = await prepareOutbox(port);
	await add('welcome');
	await add('vm-ready');
	expect(await go()).toMatchObject({unknown: 1, putOff: 1});
	expect(await rows()).toMatchObject([{state: 'unknown', nextAttemptAt: null}, {state: 'pending', nextAttemptAt: clock.now() + minute}]);
	expect(heard.filter(line => line === '.')).toHaveLength(1);
});
