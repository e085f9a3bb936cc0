import {expect, it} from 'vitest';
import {vmsView} from '../../source/tui/listings/vms.js';
import {type KeyName} from '../../source/tui/keys.js';
import {reduce} from '../../source/tui/reduce.js';
import {type State} from '../../source/tui/state.js';
import {idsOf, readFixed, vmLine} from './support/fixed-lines.js';
import {fixedNow} from './support/fixed-overview.js';
import {stateWith} from './support/states.js';

const names = ['web10', 'db7', 'web1', 'mail2', 'web77', 'shop', 'web7', 'ΌΣ', 'web 7'] as const;
const linesOf = (list: readonly string[]) => list.map((name, index) => vmLine(100 + index, `${name}.example.net`, index % 3 === 1 ? {suspended: ['overdue']} : {}));
const press = (state: State, ...keys: readonly KeyName[]): State => {
	let after = state;
	for (const key of keys) {
		after = reduce(after, {kind: 'key', key, at: fixedNow});
	}

	return after;
};

const idsShown = (state: State): readonly string[] => state.listings.vms!.ids;

it('shows the same rows in the same order however a filter came about: letter by letter, taken back, sorted in the middle of it, or over new rows', async () => {
	const old = await readFixed(vmsView, {vms: linesOf(names)});
	const fresh = await readFixed(vmsView, {vms: linesOf(names.toReversed())});
	const opened = reduce(press(stateWith(), '2'), {kind: 'listing', view: 'vms', listing: old});
	for (let sort = 0; sort < vmsView.sorts.length; sort++) {
		const ordered = press(opened, ...Array.from({length: sort}, (): KeyName => 's'));
		for (const filter of ['web77', 'we 7', 'overdue web', 'ΌΣ.EX', ' 1 WEB', 'none of them']) {
			let state = press(ordered, '/');
			for (let length = 1; length <= filter.length; length++) {
				state = press(state, filter.at(length - 1)!);
				expect([sort, filter, idsShown(state)]).toEqual([sort, filter, idsOf(vmsView, old, filter.slice(0, length), sort)]);
			}

			const renewed = reduce(state, {kind: 'listing', view: 'vms', listing: fresh});
			expect(idsShown(renewed)).toEqual(idsOf(vmsView, fresh, filter, sort));
			expect(idsShown(press(state, 'enter', 's'))).toEqual(idsOf(vmsView, old, filter, (sort + 1) % vmsView.sorts.length));
			for (let length = filter.length - 1; length >= 0; length--) {
				state = press(state, 'backspace');
				expect([sort, filter, idsShown(state)]).toEqual([sort, filter, idsOf(vmsView, old, filter.slice(0, length), sort)]);
			}
		}
	}
});
