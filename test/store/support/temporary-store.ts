import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {onTestFinished} from 'vitest';
import {systemClock, type Clock} from '../../../source/domain/clock.js';
import {openStore} from '../../../source/store/open-store.js';
import {type Store} from '../../../source/store/store.js';
import {type NewVm} from '../../../source/store/vms.js';
import {type Vm} from '../../../source/domain/vm.js';
import {type Session, type SessionKind} from '../../../source/domain/lease.js';
import {type Operation} from '../../../source/domain/operation.js';

/** A folder that goes with its test. */
export const makeFolder = (): string => {
	const folder = mkdtempSync(join(tmpdir(), 'cronsole-store-'));
	onTestFinished(() => {
		rmSync(folder, {recursive: true, force: true});
	});
	return folder;
};

/** A clock that only the test moves. */
export const makeClock = (now = 1_000_000): Clock & {readonly pass: (ms: number) => void; readonly setWall: (ms: number) => void} => {
	let wall = now;
	let monotonic = 5000;
	return {
		now: () => wall,
		monotonic: () => monotonic,
		pass(ms) {
			wall += ms;
			monotonic += ms;
		},
		setWall(ms) {
			wall = ms;
		},
	};
};

/** A store on a real file, closed with its test. */
export const makeStore = async ({path = join(makeFolder(), 'cronsole.db'), clock = systemClock}: {readonly path?: string; readonly clock?: Clock} = {}): Promise<Store> => {
	const store = await openStore({path, clock});
	onTestFinished(async () => store.close());
	return store;
};

/** An order for a VM, with what the test says otherwise. */
export const newVm = (facts: Partial<NewVm> = {}): NewVm => ({
	reference: 'order-1', hostname: 'web1.example.net', cluster: 'fra1', wantedNode: null, overrides: {}, packageName: 'kvm-s', package: {cores: 2, vlan: 0},
	template: {
		name: 'debian-12', vmid: 9000, clone: 'full', storage: null,
	},
	client: {name: 'Ada', email: 'ada@example.org'}, user: 'root', password: 'secret', sshKeys: ['ssh-ed25519 AAAA'], backup: {mon: '02:30'}, timezone: null, mail: true,
	order: {reference: 'order-1'}, createdAt: 1000, ...facts,
});

/** A VM with an operation that is under way. */
export const addRunningVm = async (store: Store, facts: Partial<NewVm> = {}): Promise<{readonly vm: Vm; readonly operation: Operation}> => store.write(async tables => {
	const vm = await tables.vms.insert(newVm(facts));
	const {operation} = await tables.operations.add(vm.id, {
		kind: 'create', params: null, requestedBy: 'anna', now: 1000,
	});
	await tables.operations.begin(operation.id, 2000);
	return {vm, operation};
});

/** A session of that kind, of a person called anna. */
export const startSession = async (store: Store, kind: SessionKind = 'daemon'): Promise<Session> => store.sessions.start({
	kind, actor: 'anna', address: null, isReadOnly: false,
});
