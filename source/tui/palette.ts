import {taskTable} from '../domain/task.js';
import {commands} from './commands.js';
import {bindingsFor, keyTitle, type Binding} from './keymap.js';
import {type State} from './state.js';

/** A line of the command palette: what is typed after `cronsole`, or the title of a key. */
export type PaletteEntry = {
	readonly label: string;
	readonly key: string;
	readonly title: string;
	/** Why it does nothing here. */
	readonly reason: string | null;
	readonly run: (state: State) => State;
};

// Only these say which task they are about by their words; all others act on the row under the cursor.
const ofTasks: ReadonlySet<string> = new Set(['run', 'clearLock', 'pause', 'interval']);
const hidden: ReadonlySet<string> = new Set(['palette', 'down', 'up', 'first', 'last', 'halfDown', 'halfUp']);

const entriesOf = (state: State, binding: Binding): readonly PaletteEntry[] => {
	const {command, keys, title, verbs, reason} = binding;
	const key = keyTitle(keys[0]);
	if (!ofTasks.has(command)) {
		const label = verbs.length === 0 ? title : verbs.join(', ');
		return [{
			label, key, title, reason: reason(state), run: commands[command],
		}];
	}

	return taskTable.map(({name}) => {
		const onTask = (before: State): State => ({
			...before, pages: [], panel: 'tasks', selected: {...before.selected, tasks: name}, filters: {...before.filters, tasks: ''},
		});
		return {
			label: `${verbs[0]!} ${name}`, key, title, reason: reason(onTask(state)), run: before => commands[command](onTask(before)),
		};
	});
};

/** Whether the letters come in this order; the tighter they stand, the lower the number. */
const score = (text: string, wanted: string): number | undefined => {
	let from = 0;
	let gaps = 0;
	for (const letter of wanted.toLowerCase()) {
		const at = text.indexOf(letter, from);
		if (at === -1) {
			return undefined;
		}

		gaps += at - from;
		from = at + 1;
	}

	return gaps;
};

/** Every verb that has a key, those that fit the typed letters best first. */
export const findEntries = (state: State, wanted: string): readonly PaletteEntry[] => {
	const letters = wanted.replaceAll(' ', '');
	return bindingsFor(state)
		.filter(({command}) => !hidden.has(command))
		.flatMap(binding => entriesOf(state, binding))
		.map(entry => ({entry, score: score(`${entry.label} ${entry.title}`.toLowerCase(), letters)}))
		.filter((found): found is {entry: PaletteEntry; score: number} => found.score !== undefined)
		.toSorted((a, b) => letters === '' ? 0 : a.score - b.score)
		.map(({entry}) => entry);
};
