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
import {draw} from './support/draw.js';
import {fixedNow} from './support/fixed-overview.js';
import {flawsOf, strangerIn} from './support/frame.js';
import {hostileText, pick} from './support/hostile.js';
import {hostileLines, hostileListing, hostileOverview} from './support/hostile-world.js';

const first = Number(process.env.CRONSOLE_SEED ?? 1);
const count = Number(process.env.CRONSOLE_SEEDS ?? 6);
const steps = Number(process.env.CRONSOLE_STEPS ?? 25);

const keys = [...new Set([...bindings.flatMap(binding => binding.keys), ...'vm install 日é', 'esc', 'enter', 'enter', 'enter', 'tab', 'tab', 'backspace', 'ctrl-w', 'delete', 'ctrl-z', ':', 'n', ...'23456'])];

const sizeOf = (random: Random): Size => random.next() < 0.4
	? pick(random, [{columns: 60, rows: 16}, {columns: 80, rows: 24}, {columns: 119, rows: 40}, {columns: 120, rows: 40}])
	: (random.next() < 0.1 ? {columns: random.integer(200, 300), rows: random.integer(60, 100)} : {columns: random.integer(40, 180), rows: random.integer(10, 45)});

/** What the world outside says to a wish: nothing good. */
const answer = (random: Random, effect: Effect): Action | undefined => {
	const text = hostileText(random);
	switch (effect.kind) {
		case 'read-detail': {
			return {
				kind: 'detail', target: effect.target, title: text, lines: hostileLines(random),
			};
		}

		case 'command': {
			return {
				kind: 'output', title: effect.line, text: Array.from({length: random.integer(0, 60)}, () => hostileText(random)).join('\n'), level: pick(random, ['plain', 'bad']),
			};
		}

		case 'read-form': {
			return {
				kind: 'filled', form: effect.form, about: effect.about, values: {
					timezone: text, mon: text, at: text, 'client.name': text,
				},
			};
		}

		case 'submit': {
			return {
				kind: 'problems', form: effect.form, sent: effect.values, problems: Object.fromEntries(['', ...Object.keys(effect.values)].filter(() => random.next() < 0.3).map(name => [name, hostileText(random)])),
			};
		}

		case 'quit': {
			return undefined;
		}

		default: {
			return random.next() < 0.5 ? {kind: 'answered', level: pick(random, ['good', 'bad', 'plain']), text} : undefined;
		}
	}
};

const question = (random: Random): Action => ({
	kind: 'ask',
	question: {
		title: hostileText(random), lines: Array.from({length: random.integer(0, 9)}, () => hostileText(random)), yes: pick(random, ['Yes', 'Terminate']), typed: pick(random, [null, [hostileText(random)]]),
		...random.next() < 0.3 && {isFree: true as const}, effect: {kind: 'redraw'},
	},
});

const actionOf = async (random: Random, state: State, at: number): Promise<Action> => {
	const chance = random.next();
	const now = fixedNow + at;
	if (chance < 0.6) {
		return {kind: 'key', key: pick(random, keys), at};
	}

	if (chance < 0.68) {
		return {kind: 'resize', size: sizeOf(random)};
	}

	if (chance < 0.76 && state.view !== null) {
		return {kind: 'listing', view: state.view, listing: await hostileListing(random, state.view)};
	}

	const others: ReadonlyArray<() => Action> = [
		() => ({
			kind: 'overview', overview: hostileOverview(random), now, isLeading: random.next() < 0.5,
		}),
		() => ({
			kind: 'trouble', message: hostileText(random), now, isLeading: false,
		}),
		() => ({kind: 'tick', now, isLeading: false}),
		() => ({kind: 'painted', at}),
		() => ({kind: 'paste', text: hostileText(random), at}),
		() => question(random),
		() => ({kind: 'answered', level: pick(random, ['good', 'bad', 'plain']), text: hostileText(random)}),
	];
	return pick(random, others)();
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

const told = (action: Action): string => JSON.stringify(action).slice(0, 200);

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
		const action = await actionOf(random, state, 1000 * (index + 1));
		// The keys of a person who looks at each second screen.
		state = step(random, state, action);
		if (action.kind === 'resize') {
			terminal.resize(state.size);
		}

		await terminal.redraw(state);
		const written = terminal.written();
		const flaws = flawsOf(terminal, state, theme);
		expect([strangerIn(written.slice(seen)), ...flaws], `step ${index}: ${told(action)}, then ${looksOf(state)}\n${terminal.text()}`).toEqual([undefined]);
		seen = written.length;
	}

	// What was drawn step by step is what is drawn at once.
	const fresh = await draw(state, theme);
	expect(terminal.lines()).toEqual(fresh.lines());
};

describe('whatever is pressed, pasted, resized and read', () => {
	it.each(Array.from({length: count}, (_, index) => first + index))('nothing breaks the screen (CRONSOLE_SEED=%i CRONSOLE_SEEDS=1)', async seed => {
		const random = createRandom(seed);
		await walk(random, createTheme({isAscii: seed % 2 === 0, isColour: seed % 3 !== 0}), seed % 4 === 0);
	}, 60_000);
});
