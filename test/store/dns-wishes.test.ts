import {expect, test} from 'vitest';
import {decideRecord} from '../../source/domain/decide-record.js';
import {type DnsRecord, type WantedSet} from '../../source/domain/dns-record.js';
import {createRandom, type Random} from '../../source/simulation/random.js';
import {
	doneWith,
	makeRecords,
	owedUntil,
	pointerSet,
	wantedSet,
} from './support/dns-rows.js';

type World = Awaited<ReturnType<typeof makeRecords>>;
type Value = {readonly value: string; readonly isOurs: boolean};
type Flight = {readonly record: DnsRecord; readonly to: readonly Value[]};

const claimMs = 100;
const generic = 'g';
const names = ['a', 'b', 'c', 'd'];

/** A name server, what each VM is known to want, and what is under way to the server. */
const createModel = () => ({
	now: 1000,
	stands: new Map<string, readonly Value[]>(),
	wishes: new Map<string, {readonly vmId: number; readonly set: WantedSet}>(),
	flights: [] as Flight[],
});

type Model = ReturnType<typeof createModel>;

const someSets = (random: Random): readonly WantedSet[] => random.shuffle(names).slice(0, random.integer(0, names.length)).map(name => {
	const values = random.shuffle(['1', '2', '3', generic]).slice(0, random.integer(1, 2));
	return name < 'c' ? wantedSet({name, values}) : pointerSet('', {name, values: values.slice(0, 1), generic});
});

const listAll = async ({store, first, second}: World): Promise<readonly DnsRecord[]> => {
	const lists = await Promise.all([first, second].map(async vmId => store.read.dnsRecords.listFor(vmId)));
	return lists.flat();
};

/** Asks for something else; the answer says whether anything is owed for it. */
const wish = async (world: World, model: Model, random: Random): Promise<void> => {
	const vmId = random.next() < 0.5 ? world.first : world.second;
	const sets = random.next() < 0.2 ? [] : someSets(random);
	const before = new Map((await listAll(world)).map(({id, revision}) => [id, revision]));
	const isOwed = await world.want(vmId, sets, model.now);
	const rows = await listAll(world);
	expect(isOwed).toBe(rows.some(({id, revision}) => before.get(id) !== revision));

	for (const [name, owner] of model.wishes) {
		if (owner.vmId === vmId) {
			model.wishes.delete(name);
		}
	}

	for (const set of sets) {
		model.wishes.set(set.name, {vmId, set});
	}
};

/** What was under way arrives, whatever was written meanwhile. */
const land = (model: Model, {record, to}: Flight): void => {
	model.stands.set(record.name, to);
};

type Fate = 'well' | 'killed before' | 'killed after' | 'in flight' | 'refused';

/** A go at one record, with what may happen to it. */
const go = async ({claim, settle}: World, model: Model, record: DnsRecord, fate: Fate): Promise<void> => {
	const seen = model.stands.get(record.name) ?? [];
	const decision = decideRecord(record, {values: seen.map(({value}) => value), alias: null});

	if (decision.what !== 'write') {
		await settle(record, decision.what === 'nothing' ? doneWith(decision.mine) : owedUntil(model.now + 50, {state: 'foreign', mine: record.mine}), model.now);
		return;
	}

	const claimed = await claim(record, [...new Set([...record.mine, ...decision.mine])], {now: model.now, until: model.now + claimMs});
	if (!claimed || fate === 'killed before') {
		return;
	}

	const to = decision.to.map(value => seen.find(one => one.value === value && !one.isOurs) ?? {value, isOurs: true});
	if (fate === 'refused') {
		await settle(claimed, owedUntil(model.now + 10, {mine: claimed.mine}), model.now);
	} else if (fate === 'in flight') {
		model.flights.push({record, to});
	} else {
		land(model, {record, to});
		await (fate === 'well' && settle(claimed, decision.lacks === null ? doneWith(decision.mine) : owedUntil(model.now + 50, {state: 'foreign', mine: decision.mine}), model.now));
	}
};

const act = async (world: World, model: Model, random: Random): Promise<void> => {
	const chance = random.next();

	if (chance < 0.25) {
		await wish(world, model, random);
	} else if (chance < 0.3) {
		const name = random.shuffle(names)[0]!;
		const stranger = {value: random.next() < 0.3 ? generic : 's', isOurs: false};
		const there = model.stands.get(name) ?? [];
		// A write that has not seen him would be refused.
		model.flights = model.flights.filter(({record}) => record.name !== name);
		model.stands.set(name, there.some(({value}) => value === stranger.value) ? there : [...there, stranger]);
	} else if (chance < 0.35) {
		const flight = model.flights.shift();
		if (flight) {
			land(model, flight);
		}
	} else if (chance < 0.43) {
		// What is under way arrives within its claim, or never.
		model.now += random.integer(1, claimMs);
		for (const flight of model.flights.splice(0)) {
			land(model, flight);
		}
	} else {
		// A VM's step looks at all of its records, a chore at what is due; what they saw may be old when they come to it.
		const rows = chance < 0.7 ? await listAll(world) : await world.due(model.now);
		const record = random.shuffle(rows)[0];
		if (record) {
			await (random.next() < 0.1 && wish(world, model, random));
			await go(world, model, record, random.shuffle<Fate>(['well', 'well', 'killed before', 'killed after', 'in flight', 'refused'])[0]!);
		}
	}
};

/** What was written by us is known as ours, and what is wanted is what was asked for last. */
const expectNothingForgotten = async (world: World, model: Model): Promise<void> => {
	const rows = await listAll(world);
	for (const [name, values] of model.stands) {
		const ours = values.filter(({value, isOurs}) => isOurs && value !== generic).map(({value}) => value);
		const row = rows.find(record => record.name === name);
		expect(row?.mine ?? [], `${name} at ${model.now}`).toEqual(expect.arrayContaining(ours));
	}

	for (const {vmId, set} of model.wishes.values()) {
		expect(rows.find(({name}) => name === set.name)).toMatchObject({
			vmId, generic: set.generic, values: expect.toSatisfy((values: readonly string[]) =>
				new Set(values).symmetricDifference(new Set(set.values)).size === 0) as unknown,
		});
	}

	for (const row of rows.filter(({name}) => !model.wishes.has(name))) {
		expect([...row.values]).toEqual(row.generic === null ? [] : [generic]);
	}
};

const textsOf = (values: readonly Value[]): readonly string[] => values.map(({value}) => value).toSorted();

test.each([1, 2, 3, 4])('whatever is wished, killed, late or made by strangers: nothing of ours is forgotten, nothing of theirs is lost (seed %i)', async seed => {
	const world = await makeRecords();
	const model = createModel();
	const random = createRandom(seed);

	for (let step = 0; step < 300; step++) {
		const strangers = [...model.stands].flatMap(([name, values]) => values.some(({value}) => value === 's') ? [name] : []);
		await act(world, model, random);
		expect([...model.stands].filter(([, values]) => values.some(({value}) => value === 's')).map(([name]) => name)).toEqual(expect.arrayContaining([...strangers]));
		await expectNothingForgotten(world, model);
	}

	for (let round = 0; round < 5; round++) {
		model.now += claimMs;
		for (const flight of model.flights.splice(0)) {
			land(model, flight);
		}

		for (const record of await world.due(model.now)) {
			await go(world, model, record, 'well');
		}
	}

	for (const name of names) {
		const there = model.stands.get(name) ?? [];
		const wished = model.wishes.get(name)?.set.values;
		const strangers = textsOf(there.filter(({isOurs}) => !isOurs));

		// Of an address a generic name is one like any other.
		if (wished && strangers.every(value => value !== 's' && name >= 'c')) {
			expect(textsOf(there)).toEqual(wished.toSorted());
		} else if (!wished) {
			expect(textsOf(there.filter(({value, isOurs}) => isOurs && value !== generic))).toEqual([]);
		}
	}

	const debts = await world.store.read.dnsRecords.listDebts(99);
	expect(debts.filter(({state}) => state !== 'foreign')).toEqual([]);
});
