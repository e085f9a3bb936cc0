import {expect, test} from 'vitest';
import {createVm} from '../../source/simulation/vms.js';
import {type Config} from '../../source/simulation/world.js';
import {LockLost} from '../../source/store/leases.js';
import {
	ask,
	dyingAt,
	settle,
	stepsOf,
} from './asked.js';
import {changes, createWorld, type World} from './world.js';

/** A VM that was there before us, taken over in our rows. */
const imported = async ({server: {cluster}, store, clock}: World, config: Config = {}) => {
	const guest = createVm(cluster, 301, 'pve2', {name: 'shop', cores: 3, ...config});
	cluster.vms.set(301, guest);
	const vm = await store.write(async ({vms}) => vms.insertImported({
		reference: 'shop', hostname: 'shop.example.net', cluster: 'fra1', wantedNode: null, packageName: '(imported)', package: {cores: 3}, overrides: {},
		template: {
			name: '(imported)', vmid: 0, clone: 'full', storage: null,
		},
		client: {name: 'Ada', email: 'ada@example.org'}, user: 'root', password: null, sshKeys: [], backup: null, timezone: null, mail: false, order: {},
		createdAt: clock.now(), node: 'pve2', vmid: 301, mac: null, remoteStatus: 'stopped',
	}));
	return {vm, guest, stamp: `cronsole:${store.installation}:v${vm.id}`};
};

test.each([
	['that says something', 'Shop of Ada\ncall before reboot', 'Shop of Ada\ncall before reboot\n\n'],
	['that says nothing', undefined, ''],
])('our stamp is added to a description %s, and nothing else of the VM is touched', async (_, description, before) => {
	const world = await createWorld();
	const {vm, guest, stamp} = await imported(world, description === undefined ? {} : {description});
	const {description: _old, ...rest} = structuredClone(guest.config);
	world.requests();
	const operation = await ask(world, vm, 'import');
	expect(await settle(world, vm)).toMatchObject({status: 'ready', needsAttention: null});
	expect(changes(world.requests())).toEqual(['PUT /nodes/pve2/qemu/301/config']);
	expect(guest.config).toEqual({...rest, description: `${before}${stamp}`});
	expect(await stepsOf(world, operation)).toEqual(['done done']);
});

test.each(['cronsole:deadbeef:v3', 'OURS:v999'])('a VM that bears another stamp by now (%s) is not touched', async description => {
	const world = await createWorld();
	const {vm, guest} = await imported(world);
	guest.config.description = description.replace('OURS', () => `cronsole:${world.installation}`);
	world.requests();
	await ask(world, vm, 'import');
	expect((await settle(world, vm)).needsAttention?.reason).toContain('it is not touched');
	expect(changes(world.requests())).toEqual([]);
});

test('a description that somebody changes at the same time is read again, and nothing of it is lost', async () => {
	const world = await createWorld();
	const {vm, guest, stamp} = await imported(world, {description: 'old'});
	await ask(world, vm, 'import');
	let isChanged = false;
	const proxmox = {
		...world.proxmox,
		async setVmConfig(...given: Parameters<typeof world.proxmox.setVmConfig>) {
			guest.config.description = isChanged ? guest.config.description! : 'new';
			isChanged = true;
			await world.proxmox.setVmConfig(...given);
		},
	};
	expect(await settle(world, vm, {proxmox})).toMatchObject({needsAttention: null});
	expect(guest.config.description).toBe(`new\n\n${stamp}`);
});

test('a description without room for the stamp needs a person', async () => {
	const world = await createWorld();
	const {vm} = await imported(world, {description: 'x'.repeat(8180)});
	await ask(world, vm, 'import');
	expect((await settle(world, vm)).needsAttention?.reason).toBe('the description of VM 301 has no room for our stamp: shorten it');
});

test.each([true, false])('the owner dies at the call (sent: %s): the VM bears one stamp in the end', async isSent => {
	const world = await createWorld();
	const {vm, guest, stamp} = await imported(world, {description: 'Shop'});
	await ask(world, vm, 'import');
	await expect(settle(world, vm, {proxmox: dyingAt(world, 'setVmConfig', isSent)})).rejects.toThrow(LockLost);
	expect(await settle(world, vm)).toMatchObject({needsAttention: null});
	expect(guest.config.description).toBe(`Shop\n\n${stamp}`);
});
