import {expect, test} from 'vitest';
import {useChildren} from './support/child-process.js';
import {makeStore, startSession} from './support/temporary-store.js';

const children = useChildren();

const rounds = Number(process.env.CRONSOLE_ROUNDS ?? 20);

test('one process forgets old letters while two others claim new ones: each is claimed once, none is forgotten that was not sent, none that is old stays', async () => {
	const store = await makeStore();
	const letters = rounds * 3;
	await store.write(async ({outbox}) => {
		for (let index = 0; index < letters; index++) {
			await outbox.add({
				key: `letter-${index}`, template: 'vm-ready', to: 'ada@example.org', variables: {}, vmId: null, installId: null, createdAt: 1,
			});
		}
	});
	const [first, second, pruner] = [children.start(), children.start(), children.start()];
	await Promise.all([first, second, pruner].map(async child => child.ask('open', store.place)));
	const over = new AbortController();
	const pruning = (async () => {
		let forgotten = 0;
		while (!over.signal.aborted) {
			forgotten += await pruner.ask<number>('pruneLetters', 1000, 7);
		}

		return forgotten;
	})();
	const [ofFirst, ofSecond] = await Promise.all([first.ask<number[]>('claimLetters', letters), second.ask<number[]>('claimLetters', letters)]);
	over.abort();
	const during = await pruning;
	expect([...ofFirst, ...ofSecond].toSorted((a, b) => a - b)).toEqual(Array.from({length: letters}, (_, index) => index + 1));
	let after = 0;
	for (let forgotten = 1; forgotten > 0; after += forgotten) {
		forgotten = await pruner.ask<number>('pruneLetters', 1000, 50);
	}

	// Every second one was sent long ago, the others just now.
	expect(during + after).toBe(letters / 2);
	const left = await store.read.outbox.list();
	expect(left.map(({state}) => state)).toEqual(Array.from({length: letters / 2}, () => 'sent'));
});

test('a lock that one process clears again and again while two others take it is never in two hands, and its number only rises', async () => {
	const store = await makeStore();
	const [first, second, clearer] = [children.start(), children.start(), children.start()];
	await Promise.all([first, second, clearer].map(async child => child.ask('open', store.place)));
	const [one, two] = [await startSession(store), await startSession(store)];
	// Who waits for the database is let in by chance: the two go on until the third one got in between.
	const enough = new AbortController();
	const clearing = (async () => {
		for (let cleared = 0; cleared < 3;) {
			cleared += await clearer.ask<boolean>('clear', 'task:process_vms') ? 1 : 0;
		}

		enough.abort();
	})();
	type Taken = {readonly fence: number; readonly written: number | null};
	const takeOn = async (child: typeof first, owner: string): Promise<readonly Taken[]> => {
		const taken: Taken[] = [];
		do {
			taken.push(...await child.ask<Taken[]>('takeAndWrite', owner, rounds));
		} while (!enough.signal.aborted);

		return taken;
	};

	const [ofFirst, ofSecond] = await Promise.all([takeOn(first, one.id), takeOn(second, two.id), clearing]);
	const all = [...ofFirst, ...ofSecond];
	expect(all.length).toBeGreaterThan(rounds);
	expect(new Set(all.map(({fence}) => fence)).size).toBe(all.length);
	for (const own of [ofFirst, ofSecond]) {
		expect(own.map(({fence}) => fence)).toEqual(own.map(({fence}) => fence).toSorted((a, b) => a - b));
	}

	// What was written under a lock stood there under that very lock: a later one's is never written over by an earlier one.
	expect(all.every(({fence, written}) => written === null || written === fence)).toBe(true);
	expect(all.some(({written}) => written !== null)).toBe(true);
});
