import {randomBytes} from 'node:crypto';
import {mkdtempSync, rmSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {onTestFinished} from 'vitest';
import {systemClock} from '../../source/domain/clock.js';
import {type Settings} from '../../source/domain/settings.js';
import {type Vm} from '../../source/domain/vm.js';
import {createIntents} from '../../source/intents/create-intents.js';
import {type Intents} from '../../source/intents/intents.js';
import {Refused} from '../../source/intents/refused.js';
import {openStore} from '../../source/store/open-store.js';
import {type Store} from '../../source/store/store.js';
import {cluster, load} from '../config/load.js';

const config = `clusters:
${cluster('fra1', '    backup: {storage: shared}\n')}${cluster('ams1', '    backup: null\n')}templates:
  debian-12: [{cluster: fra1, vmid: 9000, clone: full, storage: local-lvm}]
  ubuntu-24: [{cluster: fra1, vmid: 9001, clone: linked, storage: null}]
  alma-9: [{cluster: ams1, vmid: 9002, clone: full, storage: null}]
packages:
  kvm-s: {cores: 1, memoryMib: 1024, diskGib: 10, ipv4: 1, firewall: {enable: true, dhcp: true}}
  kvm-m: {cores: 2, memoryMib: 2048}
  kvm-l: {cores: 4, memoryMib: 4096, diskGib: 40, ipv4: 1, snapshots: 2, backups: 2, additionalDiskGib: 20}
  kvm-0: {cores: 1, snapshots: 0, backups: 0}
pools:
  - {name: fra1-v4, cluster: fra1, bridge: vmbr0, gateway: 203.0.113.1, prefix: 24, first: 203.0.113.10, last: 203.0.113.99}
dns:
  - {zone: example.net, provider: cloudflare, token: x, reserved: [www, "@"]}
tasks: {process_vms: {interval: 2m}}
`;

export type World = {
	readonly store: Store;
	readonly settings: Settings;
	readonly intents: Intents;
	/** The intents of somebody else. */
	readonly as: (name: string, isReadOnly?: boolean) => Intents;
};

/** A real database in a folder of its own, with the intents of anna; `more` sections of the config, `zones` further rows of `dns`. */
export const createWorld = async (more = '', zones = ''): Promise<World> => {
	const folder = mkdtempSync(path.join(os.tmpdir(), 'cronsole-intents-'));
	const store = await openStore({path: path.join(folder, 'state', 'cronsole.db'), clock: systemClock});
	onTestFinished(async () => {
		await store.close();
		rmSync(folder, {recursive: true});
	});
	const settings = await load(`${config.replace('tasks:', () => `${zones}tasks:`)}${more}`);
	const as: World['as'] = (name, isReadOnly = false) => createIntents({
		store, settings: () => settings, clock: systemClock, randomBytes, actor: {name, address: null}, isReadOnly,
	});
	return {
		store, settings, as, intents: as('anna'),
	};
};

/** An order with nothing wrong. */
export const order = (more: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> => ({
	reference: 'whmcs-1', hostname: 'web1.example.net', cluster: 'fra1', template: 'debian-12', package: 'kvm-s', client: {name: 'Ada', email: 'ada@example.org'}, ...more,
});

/** A VM that was deployed: ready, in its place, with its address. */
export const deploy = async ({intents, store, settings}: World, more: Readonly<Record<string, unknown>> = {}): Promise<Vm> => {
	const {vm, operation} = await intents.createVm(order(more));
	return store.write(async tables => {
		await tables.operations.begin(operation!.id, 1000);
		await tables.operations.finish(operation!.id, 'done', 2000);
		await tables.addresses.reserve(vm.id, settings.pools[0]!, new Set(), 1000);
		await tables.vms.reserveVmid(vm, [10_000, 19_999], new Set());
		await tables.vms.set(vm.id, {node: 'pve1', remoteStatus: 'running', password: null});
		await tables.vms.enter(vm, 'ready', 2000);
		return tables.vms.get(vm.id);
	});
};

/** Begins an operation, as the scheduler would. */
export const begin = async ({store}: World, {id}: {readonly id: number}): Promise<void> => {
	await store.write(async tables => tables.operations.begin(id, Date.now()));
};

/** Why it was refused; throws where it was not. */
export const refusalOf = async (asked: Promise<unknown>): Promise<Refused> => {
	try {
		await asked;
	} catch (error) {
		if (error instanceof Refused) {
			return error;
		}

		throw error;
	}

	throw new Error('It was not refused.');
};

/** The newest line of the activity log. */
export const lastActivity = async (store: Store): Promise<string | undefined> => {
	const [row] = await store.read.activity.list({limit: 1});
	return row && `${row.level} ${row.actor} ${row.subject}: ${row.message}`;
};
