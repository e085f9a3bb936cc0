import {expect, test} from 'vitest';
import {type Proxmox} from '../../source/clients/proxmox/proxmox.js';
import {ask, settle} from '../pipelines/asked.js';
import {createWorld, type World} from '../pipelines/world.js';

/** A Proxmox that refuses each password, and says which it was sent, by which token. */
const quoting = ({proxmox, server, fault}: World): Proxmox => ({
	...proxmox,
	async setVmConfig(place, changes, digest) {
		if (changes.cipassword !== undefined) {
			fault({
				kind: 'status', method: 'PUT', path: '/config$', status: 500, text: `cannot write ${String(changes.cipassword)} for ${server.tokenSecret}`, count: 1,
			});
		}

		return proxmox.setVmConfig(place, changes, digest);
	},
});

test('no password and no token stands in a log, an activity, a step, an operation or a message, whatever Proxmox quotes of it', async () => {
	const world = await createWorld({
		scheduler: {
			cycleMs: 1000, leaseMs: 6000, maxAttempts: 2, startAt: 'once',
		},
	});
	const {store, server} = world;
	const logged: unknown[] = [];
	const own = {
		log(line: unknown) {
			logged.push(line);
		},
		proxmox: quoting(world),
	};
	const {vm} = await world.order();
	await world.drive(vm, undefined, own);
	expect((await world.vm(vm)).needsAttention?.reason).toContain('cannot write •••• for ••••');
	await store.write(async ({vms}) => vms.setAttention(vm.id, null));
	await world.drive(vm);
	await ask(world, vm, 'password');
	expect(await settle(world, vm, own)).toMatchObject({needsAttention: {reason: expect.stringContaining('cannot write •••• for ••••')}});
	const seen = JSON.stringify([
		logged, (await world.vm(vm)).needsAttention, await world.steps(vm), await store.read.operations.listFor(vm.id), await store.read.activity.list({limit: 500}),
	]);
	for (const secret of ['correct horse', 'a-new-Password-23456', server.tokenSecret]) {
		expect(seen).not.toContain(secret);
	}
});

test('once its owner was told, a password stands nowhere any more', async () => {
	const world = await createWorld();
	const {vm} = await world.order();
	await world.drive(vm);
	expect(await world.vm(vm)).toMatchObject({status: 'ready', password: null});
});

test('a password that Proxmox quotes in answer to a call that did not send it stands nowhere either', async () => {
	const world = await createWorld();
	const {store, fault} = world;
	const {vm} = await world.order();
	const password = 'Quoted-4711-quoted';
	await store.write(async ({vms}) => vms.set(vm.id, {password}));
	fault({
		kind: 'status', method: 'GET', path: '/config$', status: 500, text: `cannot read the drive of ${password}`, count: 1,
	});
	await world.drive(vm);
	const told = JSON.stringify([await world.steps(vm), await store.read.activity.list({limit: 100})]);
	expect(told).toContain('cannot read the drive of ••••');
	expect(told).not.toContain(password);
});
