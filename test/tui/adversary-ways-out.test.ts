import {describe, expect, it} from 'vitest';
import {verbs} from '../../source/intents/verbs.js';
import {createRandom, type Random} from '../../source/simulation/random.js';
import {bindings} from '../../source/tui/keymap.js';
import {viewNames} from '../../source/tui/listing.js';
import {reduce} from '../../source/tui/reduce.js';
import {type Effect, type State} from '../../source/tui/state.js';
import {stateOf} from './forms/world.js';
import {fixedNow, fixedOverview} from './support/fixed-overview.js';
import {pick} from './support/hostile.js';
import {hostileListing} from './support/hostile-world.js';
import {effectsOf, press} from './support/states.js';

const keys = [
	...bindings.flatMap(binding => binding.keys), ...'vm stop v101 --off y', 'enter', 'enter', 'enter', 'tab', 'backspace', ':', ':', 'n', 'H', 'e', '!', '2', '3', '4',
];

/** What only looks; a command is judged by its verb. */
const isHarmless = (effect: Effect): boolean => ['read-detail', 'read-form', 'copy', 'redraw', 'quit', 'reply'].includes(effect.kind)
	|| (effect.kind === 'command' && verbs.every(({name, isWriting}) => !isWriting || !effect.line.startsWith(name)));

/** A console in which somebody has pressed this and that, with every effect that it wished for on the way. */
const wander = async (random: Random, isReadOnly: boolean): Promise<{readonly state: State; readonly wished: readonly Effect[]}> => {
	let state = reduce({...await stateOf({columns: 100, rows: 30}), isReadOnly, mayLead: !isReadOnly}, {
		kind: 'overview', overview: {...fixedOverview, leader: random.next() < 0.3 ? null : fixedOverview.leader}, now: fixedNow, isLeading: false,
	});
	for (const view of viewNames) {
		state = reduce(state, {kind: 'listing', view, listing: await hostileListing(random, view)});
	}

	const wished: Effect[] = [];
	for (let at = 0; at < 60; at++) {
		state = reduce(state, random.next() < 0.1 ? {kind: 'painted', at: at * 1000} : {kind: 'key', key: pick(random, keys), at: at * 1000});
		if (random.next() < 0.05) {
			state = reduce(state, {
				kind: 'output', title: 'x', text: 'y', level: 'plain',
			});
		}

		wished.push(...effectsOf(state));
		state = reduce(state, {kind: 'taken', number: state.effectCount});
	}

	return {state, wished};
};

const seeds = Array.from({length: 25}, (_, index) => index + 1);

describe('whatever was pressed', () => {
	it.each(['esc', 'ctrl-c', 'q'])('%s leads back to the top', async key => {
		for (const seed of seeds) {
			const {state} = await wander(createRandom(seed), false);
			// Text takes a q as a letter: there esc is the way.
			const begun = key === 'q' ? press(state, ['esc', 'esc'], 1e9) : state;
			let back = begun;
			for (let count = 0; count < begun.pages.length + 8 && effectsOf(back).every(({kind}) => kind !== 'quit'); count++) {
				back = press(back, [key], 1e9);
			}

			expect([seed, back.overlay, back.pages, back.view, back.filters[back.panel]]).toEqual([seed, null, [], null, '']);
			expect([seed, effectsOf(press(back, ['q'], 1e9)).some(({kind}) => kind === 'quit')]).toEqual([seed, true]);
		}
	});

	it('a read-only console wishes for nothing that writes', async () => {
		for (const seed of seeds) {
			const {wished} = await wander(createRandom(seed), true);
			expect([seed, wished.filter(effect => !isHarmless(effect))]).toEqual([seed, []]);
		}
	});

	it('and one that may write does wish for such things', async () => {
		const all = await Promise.all(seeds.map(async seed => wander(createRandom(seed), false)));
		const kinds = new Set(all.flatMap(({wished}) => wished.map(({kind}) => kind)));
		expect([...kinds]).toEqual(expect.arrayContaining(['run', 'pause', 'hold', 'command']));
	});
});
