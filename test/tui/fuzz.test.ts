import {describe, expect, it} from 'vitest';
import {createRandom, type Random} from '../../source/simulation/random.js';
import {bindings} from '../../source/tui/keymap.js';
import {viewNames} from '../../source/tui/listing.js';
import {reduce} from '../../source/tui/reduce.js';
import {
	topPage,
	type Action,
	type Effect,
	type Size,
	type State,
} from '../../source/tui/state.js';
import {createTheme, type Theme} from '../../source/tui/theme.js';
import {stateOf} from './forms/world.js';
import {draw, type Drawn} from './support/draw.js';
import {fixedNow} from './support/fixed-overview.js';
import {flawsOf, strangerIn} from './support/frame.js';
import {hostileText, pick} from './support/hostile.js';
import {hostileLines, hostileListing, hostileOverview} from './support/hostile-world.js';

const first = Number(process.env.CRONSOLE_SEED ?? 1);
const count = Number(process.env.CRONSOLE_SEEDS ?? 6);
const steps = Number(process.env.CRONSOLE_STEPS ?? 20);

const keys = bindings.flatMap(binding => binding.keys);
const typed = ['esc', 'enter', 'tab', 'tab', 'down', 'up', 'backspace', 'ctrl-w', 'ctrl-u', 'delete', 'ctrl-z', ' ', ...'vm日é'];

/** The ways to where most words from elsewhere stand. */
const ways = ['2', '3', '4', '5', '6', '2 enter', '3 enter', '4 enter', '! enter', '?', ':', ': v m', '2 esc 2 n', '3 esc 3 n', '4 esc 4 n', '1 tab enter', '2 /', '1 e', '1 H', '1 tab tab d', '1 G c', 'esc esc'];

const sizeOf = (random: Random): Size => random.next() < 0.4
	? pick(random, [{columns: 60, rows: 16}, {columns: 80, rows: 24}, {columns: 119, rows: 40}, {columns: 120, rows: 40}])
	: (random.next() < 0.1 ? {columns: random.integer(200, 300), rows: random.integer(60, 100)} : {columns: random.integer(40, 180), rows: random.integer(10, 45)});

const some = (random: Random, most: number): readonly string[] => Array.from({length: random.integer(0, most)}, () => hostileText(random));

/** What the world outside says to a wish: nothing good. */
const answer = (random: Random, effect: Effect): Action | undefined => {
	const text = hostileText(random);
	if (effect.kind === 'read-detail') {
		return {
			kind: 'detail', target: effect.target, title: text, lines: hostileLines(random),
		};
	}

	if (effect.kind === 'command') {
		return {
			kind: 'output', title: effect.line, text: some(random, 60).join('\n'), level: pick(random, ['plain', 'bad']),
		};
	}

	if (effect.kind === 'read-form') {
		return {
			kind: 'filled', form: effect.form, about: effect.about, values: {timezone: text, mon: text, at: text},
		};
	}

	if (effect.kind === 'submit') {
		const problems = Object.fromEntries(['', ...Object.keys(effect.values)].map(name => [name, hostileText(random)]));
		return {
			kind: 'problems', form: effect.form, sent: effect.values, problems,
		};
	}

	return effect.kind !== 'quit' && random.next() < 0.5 ? {kind: 'answered', level: pick(random, ['good', 'bad', 'plain']), text} : undefined;
};

const question = (random: Random): Action => ({
	kind: 'ask',
	question: {
		title: hostileText(random), lines: some(random, 9), yes: pick(random, ['Yes', 'Terminate']), typed: random.next() < 0.5 ? null : [hostileText(random)],
		...random.next() < 0.3 && {isFree: true as const}, effect: {kind: 'redraw'},
	},
});

const press = (key: string, at: number): Action => ({kind: 'key', key, at});

/** What happens next; several keys at once are a person who knows the way. */
const happening = async (random: Random, state: State, at: number): Promise<readonly Action[]> => {
	const chance = random.next();
	if (chance < 0.25) {
		return [press(pick(random, state.overlay ? typed : keys), at)];
	}

	if (chance < 0.5) {
		return pick(random, ways).split(' ').map(key => press(key, at));
	}

	if (chance < 0.58) {
		return [{kind: 'resize', size: sizeOf(random)}];
	}

	if (chance < 0.66 && state.view !== null) {
		return [{kind: 'listing', view: state.view, listing: await hostileListing(random, state.view)}];
	}

	if (chance < 0.8 && state.overlay) {
		return [{kind: 'paste', text: hostileText(random), at}, press(pick(random, typed), at)];
	}

	const now = fixedNow + at;
	const others: ReadonlyArray<() => Action> = [
		() => ({
			kind: 'overview', overview: hostileOverview(random), now, isLeading: random.next() < 0.5,
		}),
		() => ({
			kind: 'trouble', message: hostileText(random), now, isLeading: false,
		}),
		() => ({kind: 'tick', now, isLeading: false}),
		() => ({kind: 'painted', at}),
		() => question(random),
		() => ({kind: 'answered', level: pick(random, ['good', 'bad', 'plain']), text: hostileText(random)}),
	];
	return [pick(random, others)()];
};

/** The state after an action, and after the answers to what it wished for. */
const step = (random: Random, before: State, action: Action): State => {
	let state = reduce(before, action);
	for (const {number, effect} of state.effects) {
		const said = answer(random, effect);
		state = reduce(said ? reduce(state, said) : state, {kind: 'taken', number});
	}

	return state;
};

const told = (actions: readonly Action[]): string => JSON.stringify(actions).slice(0, 300);

const looksOf = (state: State): string => JSON.stringify({
	size: state.size, view: state.view, page: topPage(state)?.kind, overlay: state.overlay,
}).slice(0, 400);

const walk = async (random: Random, theme: Theme, isReadOnly: boolean): Promise<void> => {
	let state = step(random, {...await stateOf(sizeOf(random)), isReadOnly}, {
		kind: 'overview', overview: hostileOverview(random), now: fixedNow, isLeading: false,
	});
	for (const view of viewNames) {
		state = step(random, state, {kind: 'listing', view, listing: await hostileListing(random, view)});
	}

	const terminal = await draw(state, theme);
	let seen = 0;
	for (let index = 0; index < steps; index++) {
		const {size} = state;
		const actions = await happening(random, state, 1000 * (index + 1));
		for (const action of actions) {
			state = step(random, state, action);
		}

		if (state.size !== size) {
			terminal.resize(state.size);
		}

		await terminal.redraw(state);
		const written = terminal.written();
		const flaws = flawsOf(terminal, state, theme);
		expect([strangerIn(written.slice(seen)), ...flaws], `step ${index}: ${told(actions)}, then ${looksOf(state)}\n${terminal.text()}`).toEqual([undefined]);
		seen = written.length;
	}

	// What was drawn step by step is what is drawn at once.
	const fresh = await draw(state, theme);
	const linesOf = (drawn: Drawn): readonly string[] => drawn.lines().map(line => line.trimEnd());
	expect(linesOf(terminal)).toEqual(linesOf(fresh));
};

describe('whatever is pressed, pasted, resized and read', () => {
	it.each(Array.from({length: count}, (_, index) => first + index))('nothing breaks the screen (CRONSOLE_SEED=%i CRONSOLE_SEEDS=1)', async seed => {
		const random = createRandom(seed);
		await walk(random, createTheme({isAscii: seed % 2 === 0, isColour: seed % 3 !== 0}), seed % 4 === 0);
	}, 240_000);
});
