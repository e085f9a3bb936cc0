import {existsSync, readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';
import {type Store} from '../../source/store/store.js';
import {openConnection} from '../../source/store/sqlite/open-connection.js';
import {makeFolder, makeStore, newVm} from './support/temporary-store.js';

/** Numbers that a seed gives: what is long and what is short, in which order it goes. */
const createRandom = (seed: number) => {
	let state = seed;
	return (limit: number): number => {
		state = ((state * 1_103_515_245) + 12_345) % 2_147_483_648;
		return Math.floor(state / 65_536) % limit;
	};
};

const secretOf = (index: number): string => `Planted${String(index).padStart(5, '0')}Secret`;

/** Which of the planted stand in a file of the database's folder. */
const listFound = (store: Store): ReadonlyArray<readonly [file: string, count: number]> => readdirSync(path.dirname(store.place)).filter(name => name.startsWith('cronsole.db')).flatMap(name => {
	const file = path.join(path.dirname(store.place), name);
	const found = new Set(existsSync(file) ? readFileSync(file, 'latin1').match(/Planted\d{5}Secret/g) : []);
	return found.size === 0 ? [] : [[name, found.size] as const];
});

const plant = async (store: Store, index: number, random: (limit: number) => number) => store.write(async ({vms, outbox}) => {
	const order = newVm({
		reference: `order-${index}`, hostname: `web${index}.example.net`, password: secretOf(index), sshKeys: ['k'.repeat(random(900))],
	});
	const vm = await vms.insert(order);
	await outbox.add({
		key: `ready:${vm.id}`, template: 'vm-ready', to: 'ada@example.org', variables: {password: secretOf(index), note: 'x'.repeat(random(6000))}, vmId: vm.id, installId: null, createdAt: 1,
	});
	return vm.id;
});

/** As a letter is sent: the password goes with it. */
const erase = async (store: Store, vmId: number) => store.write(async ({vms, outbox}) => {
	const open = await outbox.list();
	const letter = open.find(row => row.vmId === vmId)!;
	await outbox.claim(letter.id, {messageId: 'x', until: 10});
	await outbox.settle(letter.id, {state: 'sent'}, 5);
	await vms.set(vmId, {password: null});
});

test('an erased password stands neither in the database nor in its WAL after the next checkpoint, whoever looked meanwhile', async () => {
	const store = await makeStore({path: path.join(makeFolder(), 'cronsole.db')});
	const random = createRandom(Number(process.env.CRONSOLE_SEED ?? 1));
	const ids: number[] = [];
	for (let index = 0; index < 70; index++) {
		ids.push(await plant(store, index, random));
	}

	await store.checkpoint();
	expect(listFound(store)).toEqual([['cronsole.db', 70]]);
	// Some in an order of their own, others added between, so that pages are split, joined and used anew.
	for (let index = 70; ids.length > 0; index++) {
		const [id] = ids.splice(random(ids.length), 1);
		await erase(store, id!);
		if (index % 3 === 0 && index < 120) {
			ids.push(await plant(store, index, random));
		}
	}

	// Somebody in the midst of a look: nothing waits for it, and the next checkpoint does it.
	const reader = await openConnection(store.place, {isReadOnly: true});
	reader.exec('begin');
	reader.prepare('select * from meta').all();
	await store.write(async ({vms}) => vms.insert(newVm({reference: 'last', hostname: 'last.example.net', password: null})));
	await store.checkpoint();
	expect(listFound(store)).not.toEqual([]);
	reader.close();
	await store.checkpoint();
	expect(listFound(store)).toEqual([]);
});
