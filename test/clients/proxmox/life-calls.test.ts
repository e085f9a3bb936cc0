import {setTimeout as sleep} from 'node:timers/promises';
import {
	describe,
	expect,
	onTestFinished,
	test,
} from 'vitest';
import {type Proxmox} from '../../../source/clients/proxmox/proxmox.js';
import {parseUpid} from '../../../source/domain/proxmox-texts.js';
import {startProxmoxServer, type ProxmoxServer} from '../../../source/simulation/proxmox-server.js';
import {always, connect} from '../../support/proxmox-fixture.js';

const vm = {node: 'pve1', vmid: 5001};
const wish = {storage: 'shared', mode: 'snapshot', compress: 'zstd'};

/** A cluster with a VM that is off. */
const simulate = async (pve: '9.2' | '8.4', speed = 300): Promise<{readonly server: ProxmoxServer; readonly proxmox: Proxmox}> => {
	const server = await startProxmoxServer({pve, speed, waits: false});
	onTestFinished(server.close);
	const proxmox = connect({
		urls: [server.url], fingerprints: [server.fingerprint], tokenId: server.tokenId, tokenSecret: {reveal: () => server.tokenSecret},
	}).guardedBy(always);
	expect(await ended(proxmox, await proxmox.cloneVm({node: 'pve1', vmid: 9000}, {
		newid: vm.vmid, name: 'web-1.example.net', description: 'cronsole:lab:1', full: true,
	}))).toBe('qmclone OK');
	return {server, proxmox};
};

/** The type of a task and how it ended. */
const ended = async (proxmox: Proxmox, upid: string): Promise<string> => {
	for (;;) {
		const {isRunning, exitStatus} = await proxmox.getTaskStatus(upid);
		if (!isRunning) {
			return `${parseUpid(upid)!.type} ${exitStatus}`;
		}

		await sleep(5);
	}
};

describe.each(['9.2', '8.4'] as const)('the life of a VM, against a simulated Proxmox VE %s', pve => {
	test('it is started, asked to go down, started, rebooted, stopped and destroyed', async () => {
		const {proxmox} = await simulate(pve);
		const status = async () => (await proxmox.getVmStatus(vm)).status;
		expect(await ended(proxmox, await proxmox.startVm(vm))).toBe('qmstart OK');
		await expect(proxmox.destroyVm(vm)).rejects.toMatchObject({message: 'VM 5001 is running - destroy failed'});
		expect(await ended(proxmox, await proxmox.shutdownVm(vm, {timeoutSeconds: 60, isForced: false}))).toBe('qmshutdown OK');
		expect(await status()).toBe('stopped');
		await expect(proxmox.rebootVm(vm, {timeoutSeconds: 60})).rejects.toMatchObject({status: 500});
		await proxmox.renewCloudInit(vm);
		await ended(proxmox, await proxmox.startVm(vm));
		expect(await ended(proxmox, await proxmox.rebootVm(vm, {timeoutSeconds: 60}))).toBe('qmreboot OK');
		expect(await status()).toBe('running');
		expect(await ended(proxmox, await proxmox.stopVm(vm, {isOverruling: true}))).toBe('qmstop OK');
		expect(await ended(proxmox, await proxmox.stopVm(vm))).toBe('qmstop OK');
		expect(await ended(proxmox, await proxmox.destroyVm(vm))).toBe('qmdestroy OK');
		await expect(proxmox.getVmStatus(vm)).rejects.toMatchObject({kind: 'missing'});
		await expect(proxmox.destroyVm(vm)).rejects.toMatchObject({kind: 'missing'});
	});

	test('its snapshots are taken, listed without `current`, rolled back to and removed', async () => {
		const {proxmox} = await simulate(pve);
		const before = Date.now();
		expect(await proxmox.listSnapshots(vm)).toEqual([]);
		expect(await ended(proxmox, await proxmox.takeSnapshot(vm, {name: 'before', description: 'cronsole:lab:1 a=b;c&d ü\n'}))).toBe('qmsnapshot OK');
		await ended(proxmox, await proxmox.takeSnapshot(vm, {name: 'after', description: ''}));
		const rows = (await proxmox.listSnapshots(vm)).toSorted((a, b) => b.name.localeCompare(a.name));
		expect(rows).toMatchObject([
			{
				name: 'before', description: 'cronsole:lab:1 a=b;c&d ü', parent: null, isBroken: false,
			},
			{
				name: 'after', description: '', parent: 'before', isBroken: false,
			},
		]);
		expect(rows[0]!.createdAt).toBeGreaterThanOrEqual(before - 1000);
		await expect(proxmox.takeSnapshot(vm, {name: 'current', description: ''})).rejects.toMatchObject({status: 500, message: expect.stringContaining('reserved name')});
		expect(await ended(proxmox, await proxmox.takeSnapshot(vm, {name: 'before', description: ''}))).toMatch(/already used/);
		await proxmox.setVmConfig(vm, {cores: 7});
		expect(await ended(proxmox, await proxmox.rollBack(vm, 'before'))).toBe('qmrollback OK');
		expect((await proxmox.getVmConfig(vm)).cores).not.toBe(7);
		expect(await ended(proxmox, await proxmox.removeSnapshot(vm, 'before'))).toBe('qmdelsnapshot OK');
		expect((await proxmox.listSnapshots(vm)).map(({name}) => name)).toEqual(['after']);
		expect(await ended(proxmox, await proxmox.removeSnapshot(vm, 'before'))).toMatch(/does not exist/);
		expect(await ended(proxmox, await proxmox.rollBack(vm, 'before'))).toMatch(/does not exist/);
	});

	test('it is backed up with a person\'s words as they are, restored over itself, and from nothing', async () => {
		const {proxmox} = await simulate(pve);
		const note = String.raw`100 % C:\new\{{x {{a b}} \\ ü;&=`;
		const before = Date.now();
		expect(await ended(proxmox, await proxmox.backUp(vm, {...wish, note}))).toBe('vzdump OK');
		expect(await ended(proxmox, await proxmox.backUp(vm, {...wish, note: 'two\nlines for {{guestname}}'}))).toBe('vzdump OK');
		const backups = await proxmox.listBackups('pve1', 'shared', vm.vmid);
		expect(new Set(backups.map(backup => backup.note))).toEqual(new Set([note, 'two ⏎ lines for { {guestname}}']));
		const [{volid, createdAt}] = backups as [typeof backups[number]];
		expect(backups[0]).toMatchObject({vmid: vm.vmid, isProtected: false, sizeBytes: expect.any(Number)});
		expect(createdAt).toBeGreaterThanOrEqual(before - 1000);
		expect(await proxmox.listBackups('pve2', 'shared')).toHaveLength(2);
		expect(await proxmox.listBackups('pve1', 'shared', 4711)).toEqual([]);

		await ended(proxmox, await proxmox.takeSnapshot(vm, {name: 'lost', description: ''}));
		await proxmox.setVmConfig(vm, {cores: 7});
		await expect(proxmox.restoreVm(vm, {volid, isNew: true})).rejects.toMatchObject({message: expect.stringContaining('already exists')});
		expect(await ended(proxmox, await proxmox.restoreVm(vm, {volid, storage: 'local-lvm'}))).toBe('qmrestore OK');
		expect((await proxmox.getVmConfig(vm)).cores).not.toBe(7);
		expect(await proxmox.listSnapshots(vm)).toEqual([]);
		await ended(proxmox, await proxmox.destroyVm(vm));
		expect(await ended(proxmox, await proxmox.restoreVm(vm, {volid, isNew: true}))).toBe('qmrestore OK');
		expect(await proxmox.getVmConfig(vm)).toMatchObject({description: 'cronsole:lab:1'});

		for (const backup of backups) {
			expect(await ended(proxmox, (await proxmox.removeBackup('pve1', 'shared', backup.volid))!)).toBe('imgdel OK');
		}

		expect(await proxmox.listBackups('pve1', 'shared')).toEqual([]);
		await expect(proxmox.restoreVm(vm, {volid})).rejects.toMatchObject({message: expect.stringContaining('does not exist')});
	});

	test('a backup asked of the node where it is not is missing, and nothing is backed up', async () => {
		const {server, proxmox} = await simulate(pve, 60);
		await expect(proxmox.backUp({...vm, node: 'pve2'}, {...wish, note: 'x'})).rejects.toMatchObject({
			kind: 'missing', scope: 'item', node: 'pve2', message: 'VM 5001 is not on fra1/pve2: nothing was backed up',
		});
		expect(server.nodes.flatMap(node => server.cluster.tasks.list(node)).filter(({plan}) => plan.type === 'vzdump')).toEqual([]);
		await proxmox.backUp(vm, {...wish, note: 'x'});
		await expect(proxmox.setVmConfig(vm, {cores: 3})).rejects.toMatchObject({kind: 'locked'});
	});

	test('its samples come oldest first, and those that are not there are gaps, from a silent node too', async () => {
		const {server, proxmox} = await simulate(pve);
		await ended(proxmox, await proxmox.startVm(vm));
		server.faults.command({add: {kind: 'node-down', node: 'pve1'}});
		const [hour, day] = [await proxmox.listRrd(vm, 'hour'), await proxmox.listRrd(vm, 'day')];
		expect([hour.length, day.length]).toEqual(pve === '9.2' ? [expect.toSatisfy((count: number) => count >= 59), expect.toSatisfy((count: number) => count >= 1439)] : [70, 70]);
		expect(hour.map(({time}) => time)).toEqual(hour.map(({time}) => time).toSorted((a, b) => a - b));
		expect(hour[1]!.time - hour[0]!.time).toBe(60);
		expect(day[1]!.time - day[0]!.time).toBe(pve === '9.2' ? 60 : 1800);
		// It was not there yet.
		expect(hour[0]).toEqual({time: hour[0]!.time, netIn: undefined, netOut: undefined});
	});
});
