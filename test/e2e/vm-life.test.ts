import {
	afterAll,
	beforeAll,
	describe,
	expect,
	test,
} from 'vitest';
import {
	createInstallation,
	order,
	until,
	type Finished,
	type Installation,
} from '../support/program.js';

const reference = 'order-1';
const overrides = {
	cores: 2, memoryMib: 1024, diskGib: 10, snapshots: 3, backups: 2, ipv4: 1,
};

describe('the life of a VM, by commands, beside a daemon', () => {
	let here: Installation;

	const run = async (...words: readonly string[]): Promise<Finished> => here.run([...words]);
	const done = async (...words: readonly string[]): Promise<string> => {
		const {code, out, err} = await here.run([...words, '--wait=180s']);
		expect(`${code} ${err}`, `${words.join(' ')}: ${out}`).toBe('0 ');
		return out;
	};

	const show = async (): Promise<any> => here.json(['vm', 'show', reference]);
	const guest = async () => {
		const {vmid} = await show();
		const {vms} = await here.truth();
		return vms.find(vm => vm.vmid === vmid);
	};

	beforeAll(async () => {
		here = await createInstallation({simulator: ['--speed', '40'], cluster: ['backup: {storage: shared, mode: snapshot, compress: zstd}']});
		const daemon = here.daemon();
		await until('the daemon leads', () => daemon.lines.some(line => line.includes('leading')));
		const {code, err} = await here.run(['vm', 'create', '--wait=180s'], order(1, {reference, overrides}));
		expect(`${code} ${err}`).toBe('0 ');
	}, 240_000);

	afterAll(async () => here?.remove());

	test('a change is planned first, then done, and stops the VM only for what needs it', async () => {
		const change = JSON.stringify({overrides: {memoryMib: 2048, diskGib: 12}});
		const planned = await here.json(['vm', 'change', reference, '--plan'], change);
		expect(planned).toMatchObject({changed: false, plan: {stops: true, losesData: null, rejected: []}});
		expect((await show()).package.memoryMib).toBe(1024);
		const {code, err} = await here.run(['vm', 'change', reference, '--wait=180s'], change);
		expect(`${code} ${err}`).toBe('0 ');
		expect(await guest()).toMatchObject({status: 'running', config: {memory: '2048'}});
		expect(await show()).toMatchObject({status: 'ready', package: {memoryMib: 2048, diskGib: 12, cores: 2}});
	}, 240_000);

	test('a smaller disk is refused and the rest is done', async () => {
		const {code, out} = await here.run(['vm', 'change', reference, '--wait=180s'], JSON.stringify({overrides: {diskGib: 5, cores: 4}}));
		expect(code).toBe(0);
		expect(out).toMatch(/smaller/);
		expect(await show()).toMatchObject({package: {diskGib: 12, cores: 4}});
	}, 240_000);

	test('a rollback brings the disks back and keeps what the VM should be', async () => {
		await done('snapshot', 'take', reference, '--name', 'before', '--note', 'before the update');
		expect(await here.json(['snapshot', 'list', reference])).toMatchObject({
			snapshots: [{
				name: 'before', note: 'before the update', keep: false, ours: true,
			}],
		});
		await here.run(['vm', 'change', reference, '--wait=180s'], JSON.stringify({overrides: {cores: 3}}));
		await done('snapshot', 'rollback', reference, 'before', '--yes');
		const {config, status} = (await guest())!;
		expect({cores: String(config.cores), status}).toEqual({cores: '3', status: 'running'});
	}, 240_000);

	test('a backup is made, listed with its size and volume, and restored', async () => {
		await done('backup', 'now', reference, '--note', 'before the move');
		const {backups} = await here.json(['backup', 'list', reference]);
		const [backup] = backups;
		expect(backup).toMatchObject({
			id: expect.stringMatching(/^b\d+$/), state: 'done', note: 'before the move', volid: expect.stringContaining('vzdump-qemu-'),
		});
		expect(backup.sizeBytes).toBeGreaterThan(0);
		await done('backup', 'restore', reference, backup.id, '--no-mail', '--yes');
		expect(await guest()).toMatchObject({status: 'running', config: {description: expect.stringContaining('cronsole:')}});
	}, 240_000);

	test('a suspended VM is off, refuses to be started, and runs again afterwards', async () => {
		await done('vm', 'suspend', reference, '--reason', 'overdue');
		expect(await guest()).toMatchObject({status: 'stopped'});
		expect(await show()).toMatchObject({suspended: ['overdue'], remoteStatus: 'stopped'});
		expect(await run('vm', 'start', reference)).toMatchObject({code: 2, err: expect.stringContaining('suspended')});
		await done('vm', 'unsuspend', reference, '--reason', 'overdue');
		expect(await guest()).toMatchObject({status: 'running'});
	}, 240_000);

	test('power, password and reinstall', async () => {
		await done('vm', 'stop', reference);
		expect(await guest()).toMatchObject({status: 'stopped'});
		await done('vm', 'start', reference);
		await done('vm', 'password', reference);
		const {mac, vmid} = await show();
		expect(await run('vm', 'reinstall', reference, '--template', 'debian-12')).toMatchObject({code: 2, err: expect.stringContaining('--yes')});
		await done('vm', 'reinstall', reference, '--template', 'debian-12', '--yes');
		expect(await show()).toMatchObject({mac, vmid, status: 'ready'});
		expect(await guest()).toMatchObject({status: 'running'});
	}, 240_000);

	test('a termination ends with nothing left, and may be asked for twice', async () => {
		const {vmid} = await show();
		expect(await run('vm', 'terminate', reference)).toMatchObject({code: 2});
		await done('vm', 'terminate', reference, '--yes');
		const {vms} = await here.truth();
		expect(vms.find(vm => vm.vmid === vmid)).toBeUndefined();
		expect(await show()).toMatchObject({status: 'removed', addresses: []});
		expect(await run('vm', 'terminate', reference, '--yes')).toMatchObject({code: 0, out: expect.stringContaining('removed')});
		const {pools} = await here.json(['pool', 'list']);
		expect(pools[0]).toMatchObject({used: 0, quarantined: 1});
	}, 240_000);
});
