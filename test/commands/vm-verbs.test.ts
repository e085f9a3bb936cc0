import {describe, expect, test} from 'vitest';
import {deploy, keepDoing} from './deployed.js';

test.each([
	['vm start', 'start'],
	['vm stop', 'stop'],
	['vm shutdown', 'shutdown'],
	['vm reboot', 'reboot'],
	['vm password', 'password'],
	['vm suspend --reason abuse', 'suspend'],
	['vm reinstall --template debian-12 --yes', 'reinstall'],
	['vm terminate --yes', 'terminate'],
])('%s is asked for once, however often it is sent, by every kind of REF', async (line, kind) => {
	const {cronsole, vm, listOpen} = await deploy();
	const [noun, verb, ...flags] = line.split(' ');
	const said = await cronsole([noun!, verb!, 'whmcs-1', ...flags, '--json']);
	expect(said.code).toBe(0);
	expect(said.err).toContain('run it once with `cronsole --run-task=process_vms`');
	expect(said.json()).toMatchObject({id: `v${vm.id}`, changed: true, operation: {kind, state: 'waiting'}});
	for (const ref of ['web1.example.net', `v${vm.id}`, 'fra1/10000']) {
		const again = await cronsole([noun!, verb!, ref, ...flags, '--json']);
		expect([again.code, again.json().changed, again.json().operation.id]).toEqual([0, false, said.json().operation.id]);
	}

	await expect(listOpen()).resolves.toHaveLength(1);
});

test.each([
	['vm stop', 'vm stop needs more words', 'write cronsole vm stop REF'],
	['vm stop nobody', 'there is no VM nobody', 'write a reference, a hostname'],
	['vm stop 10000', '10000 alone may be our id or a VMID', 'write v10000 for our id'],
	['vm stop whmcs-1 now', 'vm stop takes no now', 'write cronsole vm stop REF'],
	['vm suspend whmcs-1', '--reason is missing', 'write --reason with one of overdue, abuse, manual'],
	['vm suspend whmcs-1 --reason overdu', 'reason: overdu is none', 'did you mean overdue?'],
	['vm reinstall whmcs-1 --yes', '--template is missing', 'write --template NAME'],
	['vm reinstall whmcs-1 --template debian-11 --yes', 'template: there is no debian-11', 'did you mean debian-12?'],
	['vm reset whmcs-1 readdy --reason x --yes', 'status: readdy is none that a VM can be reset to', 'did you mean ready?'],
	['vm reset whmcs-1 nonsense --reason x --yes', 'status: nonsense is none that a VM can be reset to', 'write one of creation, set_ip'],
	['vm reset whmcs-1 ready --yes', '--reason is missing', 'write --reason and why'],
	['vm stop whmcs-1 --read-only', 'vm stop changes something, and this session is read-only', 'nothing was done'],
])('%s is refused with what is wrong and what to do', async (line, wrong, remedy) => {
	const {cronsole, listOpen} = await deploy();
	const {code, out, err} = await cronsole(line);
	expect([code, out]).toEqual([2, '']);
	const lines = err.trimEnd().split('\n');
	expect(lines).toHaveLength(2);
	expect(lines[0]).toContain(wrong);
	expect(lines[1]).toContain(remedy);
	await expect(listOpen()).resolves.toEqual([]);
});

test('a change is planned, done once, and needs a word more where data goes', async () => {
	const {cronsole, vm, store, listOpen} = await deploy();
	const change = async (flags: string, body: unknown) => cronsole(`vm change whmcs-1 --file - ${flags}`, {stdin: JSON.stringify(body)});
	for (const flags of ['--plan', '--plan --read-only']) {
		const planned = await change(`${flags} --json`, {package: 'kvm-l'});
		expect([planned.code, planned.json()]).toMatchObject([0, {changed: false, plan: {stops: true, losesData: null, changes: expect.arrayContaining([{field: 'cores', from: '1', to: '4'}])}}]);
	}

	await expect(change('--read-only', {package: 'kvm-l'})).resolves.toMatchObject({code: 2});
	await expect(listOpen()).resolves.toEqual([]);
	expect((await change('--json', {package: 'kvm-l'})).json()).toMatchObject({changed: true, operation: {kind: 'change'}, plan: {stops: true}});
	expect((await change('--json', {package: 'kvm-l'})).json()).toMatchObject({changed: false, operation: {kind: 'change'}});
	expect((await change('', {overrides: {coress: 2}})).err).toBe('overrides.coress: unknown key, did you mean cores?\nmend the change and send it again; nothing was changed\n');

	await store.write(async tables => tables.vms.set(vm.id, {package: {...vm.package, additionalDiskGib: 5}}));
	await store.write(async tables => tables.operations.cancelOpen(vm.id, Date.now(), 'for the test'));
	const refused = await change('', {overrides: {additionalDiskGib: 0}});
	expect(refused).toMatchObject({code: 2, err: expect.stringMatching(/data would be lost: .*\n.*send it again with --allow-data-loss\n$/)});
	await expect(change('--allow-data-loss', {overrides: {additionalDiskGib: 0}})).resolves.toMatchObject({code: 2, err: expect.stringContaining('add --yes')});
	await expect(change('--allow-data-loss --yes', {overrides: {additionalDiskGib: 0}})).resolves.toMatchObject({code: 0});
});

test('a suspended VM is seen as such in the list, and explained with the command that lifts it', async () => {
	const {cronsole, vm, finishAll} = await deploy();
	await cronsole('vm suspend whmcs-1 --reason overdue');
	await finishAll();
	expect((await cronsole('vm list')).out).toContain('ready, running, suspended: overdue');
	const explained = await cronsole('vm explain whmcs-1');
	expect(explained.out).toContain('nothing: it is suspended (overdue)');
	expect(explained.out).toContain(`helps      cronsole vm unsuspend v${vm.id} --reason overdue`);
	await expect(cronsole('vm start whmcs-1')).resolves.toMatchObject({code: 2, err: expect.stringContaining(`lift every reason with \`cronsole vm unsuspend v${vm.id}`)});
	await expect(cronsole('vm unsuspend whmcs-1 --reason overdue')).resolves.toMatchObject({code: 0, out: expect.stringContaining('no longer suspended')});
	await expect(cronsole('vm unsuspend whmcs-1 --reason overdue')).resolves.toMatchObject({code: 0, out: expect.stringContaining('is not suspended (overdue)')});
});

test('what waits behind the present operation is named', async () => {
	const {cronsole, vm, store, listOpen} = await deploy();
	for (const verb of ['stop', 'password', 'start']) {
		await cronsole(`vm ${verb} whmcs-1 --as ben`);
	}

	const [first] = await listOpen();
	await store.write(async tables => tables.operations.begin(first!.id, Date.now()));
	const reboot = await cronsole('vm reboot whmcs-1 --json');
	expect(reboot.json()).toMatchObject({operation: {kind: 'reboot', state: 'waiting'}, message: 'web1.example.net: reboot asked for after the present operation'});
	const line = 'then       password, asked for by ben; start, asked for by ben; reboot, asked for by anna';
	expect((await cronsole('vm explain whmcs-1')).out).toContain(line);
	expect((await cronsole('vm show whmcs-1')).out).toContain(line);
	expect((await cronsole(`vm explain v${vm.id} --json`)).json().queued).toEqual(['password', 'start', 'reboot']);
});

test('a termination is taken back within its grace; twice is as well', async () => {
	const {cronsole, vm} = await deploy('terminate: {grace: 1h}\n');
	expect((await cronsole('vm terminate whmcs-1 --yes')).out).toBe(`web1.example.net: termination asked for; for 1h it can be taken back: cronsole vm unterminate v${vm.id}\n`);
	await expect(cronsole('vm start whmcs-1')).resolves.toMatchObject({code: 2, err: expect.stringContaining(`\`cronsole vm unterminate v${vm.id}\` takes that back`)});
	await expect(cronsole('vm unterminate whmcs-1')).resolves.toMatchObject({code: 0, out: 'web1.example.net: the termination is taken back\n'});
	await expect(cronsole('vm unterminate whmcs-1')).resolves.toMatchObject({code: 0, out: 'web1.example.net is not being terminated\n'});
});

describe('--wait', () => {
	test('ends well with the operation, and says what the VM is by then', async () => {
		const {cronsole, vm, finishAll} = await deploy();
		keepDoing(finishAll);
		await expect(cronsole('vm reboot whmcs-1 --wait=20s')).resolves.toMatchObject({code: 0, out: `web1.example.net: reboot asked for\nv${vm.id} web1.example.net is ready, running\n`});
		expect((await cronsole('vm stop whmcs-1 --wait=20s --json')).json()).toMatchObject({operation: {kind: 'stop', state: 'done'}});
	});

	test('is 1 where it failed, and says where to look', async () => {
		const {cronsole, vm, finishAll} = await deploy();
		keepDoing(async () => finishAll('failed', 'the guest said no'));
		await expect(cronsole('vm stop whmcs-1 --wait=20s')).resolves.toMatchObject({code: 1, err: expect.stringContaining(`v${vm.id} failed: the guest said no; see \`cronsole vm log v${vm.id}\``)});
	});

	test('is 1 where a person is needed, and a retry waits as well', async () => {
		const {cronsole, vm, store, listOpen, finishAll} = await deploy();
		await cronsole('vm stop whmcs-1');
		const [operation] = await listOpen();
		await store.write(async tables => {
			await tables.operations.begin(operation!.id, Date.now());
			await tables.vms.setAttention(vm.id, {reason: 'the disk is full', since: Date.now(), command: 'df'});
		});
		await expect(cronsole('vm change whmcs-1 --file -', {stdin: '{"package": "kvm-l"}'})).resolves.toMatchObject({code: 2, err: expect.stringContaining('it needs attention')});
		keepDoing(async () => {
			const {needsAttention} = await store.read.vms.get(vm.id);
			await (needsAttention ? undefined : finishAll());
		});
		await expect(cronsole('vm retry whmcs-1 --wait=20s')).resolves.toMatchObject({code: 0, out: expect.stringMatching(/tried again from .*\nv\d+ web1\.example\.net is ready, running\n$/)});
	});
});

test('a VM that was removed has no address, no schedule, and is shown and refused as such', async () => {
	const {cronsole} = await deploy();
	await expect(cronsole('vm reset whmcs-1 removed --yes --reason gone')).resolves.toMatchObject({code: 0, out: expect.stringContaining('nothing was touched in Proxmox: VMID 10000 on fra1 may still be there')});
	const {out} = await cronsole('vm show whmcs-1');
	expect(out).toMatch(/status +removed\n/);
	expect(out).toMatch(/addresses +none\n/);
	expect(out).not.toContain('scheduled');
	await expect(cronsole('vm terminate whmcs-1 --yes')).resolves.toMatchObject({code: 0, out: 'web1.example.net was removed already\n'});
	await expect(cronsole('vm stop whmcs-1')).resolves.toMatchObject({code: 2, err: 'vm stop is refused for web1.example.net: it was removed\norder it anew under the same reference\n'});
});
