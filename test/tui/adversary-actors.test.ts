import {writeFileSync} from 'node:fs';
import path from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {openApp} from '../../source/app.js';
import {createRunInside} from '../../source/commands/run-inside.js';
import {verbs} from '../../source/intents/verbs.js';
import {insideIo} from '../commands/inside.js';
import {site} from '../commands/installing.js';
import {deployNamed, namedConfig, type Named} from '../commands/named.js';
import {order} from '../commands/shell.js';
import {startSitePanel} from '../support/site-panel.js';

const address = '198.51.100.7';

const createWorld = async () => {
	const panel = await startSitePanel();
	const world = await deployNamed(`${namedConfig()}installs:
  panels:
    web1: {kind: command, command: ${JSON.stringify(panel.command)}, timeout: 10s}
`);
	const app = await openApp({settings: world.asked.settings!, actor: {name: 'ben', address}, isReadOnly: false});
	onTestFinished(async () => app.close());
	const run = createRunInside(app, insideIo);
	let last = 0;
	const rows = async () => {
		const all = await world.store.read.activity.list({limit: 500, after: last});
		last = Math.max(last, ...all.map(({id}) => id));
		return all;
	};

	await rows();
	const file = (name: string, text: string): string => {
		const place = path.join(world.folder, name);
		writeFileSync(place, text);
		return place;
	};

	const say = async (line: string) => {
		const said = await run(line.split(' '), {ask: async () => null, signal: new AbortController().signal});
		const written = await rows();
		return {...said, by: written.filter(({actor}) => actor === 'ben'), others: written.filter(({actor}) => actor !== 'ben')};
	};

	return {...world, say, file};
};

type Before = Pick<Named, 'store' | 'vm' | 'finishAll'>;

type World = Awaited<ReturnType<typeof createWorld>>;

const stale = async ({store}: Before): Promise<void> => {
	const {id} = await store.sessions.start({
		kind: 'run', actor: 'ben', address: null, isReadOnly: false,
	});
	await store.leases.acquire('task:restore_backup', id, 1);
	await new Promise(resolve => {
		setTimeout(resolve, 5);
	});
};

const failLetter = async ({store}: Before): Promise<void> => store.write(async ({outbox}) => {
	await outbox.add({
		key: 'letter:1', template: 'vm-ready', to: 'ada@example.org', variables: {}, vmId: null, installId: null, createdAt: Date.now(),
	});
	const {id} = (await outbox.list()).at(-1)!;
	await outbox.claim(id, {messageId: '<1@example.net>', until: Date.now() + 60_000});
	await outbox.settle(id, {state: 'unknown', error: 'it broke off after DATA'}, Date.now());
});

const needAttention = async ({store, vm}: Before): Promise<void> => store.write(async ({vms}) => vms.setAttention(vm.id, {reason: 'backup lock', since: Date.now(), command: ''}));

const backedUp = async ({store, vm, finishAll}: Before): Promise<void> => {
	const {id} = (await store.read.backups.list(vm.id)).at(-1)!;
	await store.write(async ({backups}) => backups.set(id, {
		state: 'done', volid: 'shared:backup/vzdump-qemu-10000-1.vma.zst', sizeBytes: 1, finishedAt: Date.now(),
	}));
	await finishAll();
};

const snapped = async ({store, vm}: Before): Promise<void> => store.write(async ({snapshots}) => snapshots.add({
	vmId: vm.id, name: 'before', note: null, createdAt: Date.now(), keep: false, ours: true,
}));

const incident = async ({store}: Before): Promise<void> => {
	await store.write(async ({incidents}) => incidents.reconcile([{
		key: 'cluster:fra1:down', severity: 'warning', cause: 'fra1 does not answer', command: null, affects: 1,
	}], Date.now()));
};

const failed = async ({store}: Before): Promise<void> => store.write(async ({installs}) => {
	const install = (await installs.find(1))!;
	await installs.change(install, {state: 'failed', cause: 'no'}, Date.now());
});

/** Each line with what makes it mean something first. */
const lines = (world: World): ReadonlyArray<readonly [line: string, before?: (world: Before) => Promise<void>]> => [
	['task run process_vms'],
	['task pause process_vms'],
	['task resume process_vms'],
	['task interval process_vms 7m'],
	['lock clear restore_backup', stale],
	['hold --reason disks'],
	['hold off'],
	['maintenance on fra1'],
	['maintenance off fra1'],
	[`vm create --file ${world.file('order.json', order({reference: 'whmcs-2', hostname: 'web2.example.net'}))}`],
	['vm retry v101', needAttention],
	[`vm change v101 --file ${world.file('change.json', '{"package": "kvm-l"}')}`],
	['vm password v101'],
	['vm suspend v101 --reason overdue'],
	['vm unsuspend v101 --reason overdue'],
	['vm start v101'],
	['vm stop v101'],
	['vm shutdown v101'],
	['vm reboot v101'],
	['vm rdns v101 203.0.113.10 web.example.net'],
	['dns set v101'],
	['dns adopt v101 --yes'],
	['backup now v101'],
	['backup restore v101 b1 --yes', backedUp],
	['backup remove v101 b1 --yes'],
	['backup schedule v101 --off'],
	['snapshot take v101 --name second'],
	['snapshot keep v101 before', snapped],
	['snapshot rollback v101 before --yes'],
	['snapshot remove v101 before --yes', async ({store, vm}) => store.write(async ({snapshots}) => {
		await snapshots.keep(vm.id, 'before', false);
	})],
	['vm reinstall v101 --template debian-12 --yes'],
	['vm terminate v101 --yes'],
	['vm reset v101 removed --reason gone --yes'],
	[`install add --file ${world.file('site.json', site())}`],
	['install drop 1'],
	['install undrop 1'],
	['install retry 1', failed],
	['account package i1 pro'],
	['account suspend i1'],
	['account unsuspend i1'],
	['account terminate i1 --yes'],
	['address reserve 203.0.113.15'],
	['address release 203.0.113.15'],
	['address hold 203.0.113.16'],
	['ack 1', incident],
	['mail resend 1', failLetter],
];

test('every command that writes leaves a row in the activity with who it was and from where', async () => {
	const world = await createWorld();
	const silent: unknown[] = [];
	for (const [line, before] of lines(world)) {
		await before?.(world);
		const {code, err, out, by} = await world.say(line);
		if (code !== 0 || by.length === 0 || by.some(row => row.address !== address)) {
			silent.push([line, code, err || out, by]);
		}

		await world.finishAll();
	}

	expect(silent).toEqual([]);
	const told = lines(world).map(([line]) => line);
	const untold = verbs.filter(({name, isWriting}) => isWriting && told.every(line => !`${line} `.startsWith(`${name} `))).map(({name}) => name);
	// Those that write files are not about what is managed here.
	expect(untold.filter(name => !/^(?:init|db|support)\b/.test(name))).toEqual(['vm unterminate', 'vm import', 'install reinstall', 'client forget', 'intake']);
}, 240_000);

test('no command that looks leaves one', async () => {
	const world = await createWorld();
	const places: Readonly<Record<string, string>> = {
		REF: 'v101', ID: '1', WHAT: 'web1', ADDRESS: '203.0.113.10', NAME: 'vm-ready',
	};
	for (const {name, usage} of verbs.filter(({name, isWriting}) => !isWriting && name !== 'check')) {
		const words = usage.replaceAll(/\[[^[\]]*\]/g, '').split(' ').filter(Boolean).map(place => places[place]!);
		const {by, others} = await world.say([name, ...words].join(' '));
		expect([name, by, others]).toEqual([name, [], []]);
	}
}, 240_000);
