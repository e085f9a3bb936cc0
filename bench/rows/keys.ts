import {setTimeout as sleep} from 'node:timers/promises';
import {
	median,
	quantile,
	type Bench,
	type Row,
} from '../row.js';
import {createBigPlace, isFirstView, isVmsView} from '../support/big-place.js';
import {type OnTerminal, type Shows} from '../support/terminal.js';

const escape = '\u{1B}';
// As fast as a key that is held down, and as slowly as somebody who looks at the details beside each row.
const pauses = {least: 35, most: 180} as const;

const lineWith = (lines: readonly string[], text: string): string | undefined => lines.find(line => line.includes(text));
const has = (text: string): Shows => lines => lineWith(lines, text) !== undefined;

/** A key, and what its screen shows that the one before it did not. */
type Press = {readonly keys: string; readonly shows: (before: readonly string[]) => Shows; /** Of no interest: it only leads back. */ readonly isAside?: true};

type Script = {readonly name: string; readonly rounds: number; readonly start: readonly Press[]; readonly round: readonly Press[]};

const shown = (keys: string, text: string): Press => ({keys, shows: () => has(text)});
const aside = (keys: string, shows: Shows): Press => ({keys, shows: () => shows, isAside: true});

const down: Press = {
	keys: 'j', shows: before => lines => lineWith(lines, '▸') !== undefined && lineWith(lines, '▸') !== lineWith(before, '▸'),
};
const panelWithCursor = (lines: readonly string[]): string | undefined => /\[(?:Tasks|VMs in work|Installs|Activity)\]/.exec(lines.slice(2).join('\n'))?.[0];
const nextPanel: Press = {keys: '\t', shows: before => lines => panelWithCursor(lines) !== undefined && panelWithCursor(lines) !== panelWithCursor(before)};
const vms = aside('2', isVmsView);

const typed = (start: string, word: string): readonly Press[] => Array.from(word, (letter, index) => shown(letter, start + word.slice(0, index + 1)));

// 300 keys of each: of thirty the p99 is the slowest, which on a shared machine is another program's doing.
const scripts: readonly Script[] = [
	{
		name: 'j among 10,000 VMs', rounds: 300, start: [vms], round: [down],
	},
	{
		name: 'tab in the first view', rounds: 300, start: [aside('1', isFirstView)], round: [nextPanel],
	},
	{
		name: '2, the view of 10,000 VMs', rounds: 300, start: [aside('1', isFirstView)], round: [{keys: '2', shows: () => isVmsView}, aside('1', isFirstView)],
	},
	{
		name: 'a letter of a filter over 10,000 VMs', rounds: 60, start: [vms], round: [aside('/', has('esc shows all rows')), ...typed('/', 'web77'), aside(escape, lines => !has('/web77')(lines))],
	},
	{
		name: ': and a letter in the palette', rounds: 60, start: [vms], round: [shown(':', 'enter takes it'), ...typed('│ :', 'susp'), aside(escape, lines => !has('enter takes it')(lines))],
	},
];

const press = async (terminal: OnTerminal, {keys, shows}: Press): Promise<number> => terminal.timeTo(shows(terminal.lines()), () => {
	terminal.send(keys);
});

/** Every key of ours beside one of the plainest program, so that whatever else this machine does hits both alike. */
const measure = async ({name, rounds, start, round}: Script, ours: OnTerminal, plainest: OnTerminal, count: () => number): Promise<Row[]> => {
	const times: number[] = [];
	const limits: number[] = [];
	for (const each of start) {
		await press(ours, each);
	}

	const presses = Array.from({length: rounds}, () => round).flat();
	for (const each of presses) {
		await sleep(pauses.least + (Math.random() * (pauses.most - pauses.least)));
		const took = await press(ours, each);
		if (each.isAside) {
			continue;
		}

		const counted = shown('j', `pressed ${count()}.`);
		times.push(took);
		limits.push(await press(plainest, counted));
	}

	return [
		{
			name: `key to paint: ${name}, p50`, unit: 'ms', ours: median(times), limit: median(limits), goal: {ratioAtMost: 2.5, oursAtMost: 25},
		},
		{
			name: `key to paint: ${name}, p99`, unit: 'ms', ours: quantile(times, 0.99), limit: quantile(limits, 0.99), goal: {ratioAtMost: 2.5, oursAtMost: 60},
		},
	];
};

/** How long a key takes to the screen with 10,000 VMs and 2,000 installs stored, against a program of Ink's that counts keys in one row of such a screen. */
export const keys: Bench = {
	name: 'keys',
	async run() {
		const place = await createBigPlace();
		try {
			const plainest = await place.startPlainest();
			const ours = await place.startConsole();
			let pressed = 0;
			const rows: Row[] = [];
			for (const script of scripts) {
				rows.push(...await measure(script, ours, plainest, () => ++pressed));
			}

			await Promise.all([plainest.end(), ours.end()]);
			return rows;
		} finally {
			await place.remove();
		}
	},
};
