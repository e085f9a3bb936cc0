import stringWidth from 'string-width';
import {describe, expect, it} from 'vitest';
import {graphLines, type GraphDay} from '../../../source/tui/details/graph-lines.js';
import {createTheme} from '../../../source/tui/theme.js';

const unicode = createTheme({isAscii: false, isColour: false});
const ascii = createTheme({isAscii: true, isColour: false});

const gigabyte = 1e9;

/** Three weeks: the 4th moved nothing, the 7th has no sample at all, the 8th only some; the rest of the month is still to come. */
const november: readonly GraphDay[] = Array.from({length: 30}, (_, index) => {
	const day = index + 1;
	if (day > 21) {
		return {bytes: null, hasGap: false};
	}

	return day === 4 || day === 7 ? {bytes: 0, hasGap: day === 7} : {bytes: (5 + ((day * 7) % 31)) * gigabyte, hasGap: day === 8};
});

const textOf = (...args: Parameters<typeof graphLines>): string => graphLines(...args).map(pieces => pieces.map(([, text]) => text).join('').trimEnd()).join('\n');

describe('the graph of a month', () => {
	it('shows each day, the line, what has no samples and what is to come', () => {
		expect(`\n${textOf(unicode, november, {columns: 72, rows: 8, line: 33.3 * gigabyte})}`).toMatchInlineSnapshot(`
			"
			 40 GB┤
			      │┄┄┄┄┄┄┄┄┄┄┄┄┄┄?┄┄┄┄┄┄┄┄┄▆┄┄┄┄┄┄┄▂┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄
			      │    ▂         █       ▃ █       █       ▅
			      │    █         █       █ █     ▆ █     ▂ █
			 20 GB┤  ▆ █     ▂   █     █ █ █   ▃ █ █     █ █
			      │▃ █ █     █   █   ▅ █ █ █   █ █ █   ▆ █ █
			      │█ █ █   ▆ █   █ ▂ █ █ █ █ █ █ █ █ ▃ █ █ █
			      │█ █ █   █ █ ? █ █ █ █ █ █ █ █ █ █ █ █ █ █
			     0└──────────────────────────────────────────··················
			       1       5         10        15        20        25        30"
		`);
	});

	it('says the same in ASCII', () => {
		const text = textOf(ascii, november, {columns: 72, rows: 8, line: 33.3 * gigabyte});
		expect(`\n${text}`).toMatchInlineSnapshot(`
			"
			 40 GB+
			      |--------------?---------:-------.---------------------------
			      |    .         #       . #       #       :
			      |    #         #       # #     : #     . #
			 20 GB+  : #     .   #     # # #   . # #     # #
			      |. # #     #   #   : # # #   # # #   : # #
			      |# # #   : #   # . # # # # # # # # . # # #
			      |# # #   # # ? # # # # # # # # # # # # # #
			     0+------------------------------------------..................
			       1       5         10        15        20        25        30"
		`);
		expect(text).toMatch(/^[\n\u{20}-\u{7E}]*$/u);
	});

	it('has a column for each day in the narrowest pane', () => {
		expect(`\n${textOf(unicode, november, {columns: 38, rows: 8})}`).toMatchInlineSnapshot(`
			"
			 40 GB┤
			      │       ?    ▆   ▂
			      │  ▂    █   ▃█   █   ▅
			      │  █    █   ██  ▆█  ▂█
			 20 GB┤ ▆█  ▂ █  ███ ▃██  ██
			      │▃██  █ █ ▅███ ███ ▆██
			      │███ ▆█ █▂████████▃███
			      │███ ██?██████████████
			     0└─────────────────────·········
			       1   5    10   15   20   25"
		`);
	});

	it.each([28, 29, 30, 31])('of %i days is never wider than its place, from 38 columns on', count => {
		const days = Array.from({length: count}, (_, index): GraphDay => ({bytes: index * 123_456_789, hasGap: index % 5 === 0}));
		for (let columns = 38; columns <= 300; columns++) {
			expect(Math.max(...textOf(unicode, days, {columns, rows: 8}).split('\n').map(line => stringWidth(line)))).toBeLessThanOrEqual(columns);
		}
	});

	it('never shows a day without samples as one that moved nothing', () => {
		const one = (day: GraphDay): string => textOf(unicode, [day], {columns: 38, rows: 2});
		const [nothing, gap, ahead] = [one({bytes: 0, hasGap: false}), one({bytes: 0, hasGap: true}), one({bytes: null, hasGap: false})];
		expect(gap).toContain('?');
		expect(nothing).not.toContain('?');
		expect(new Set([nothing, gap, ahead]).size).toBe(3);
	});

	it('marks what is missing above what is known, also of the largest day', () => {
		const lines = textOf(unicode, [{bytes: 10 * gigabyte, hasGap: true}, {bytes: gigabyte, hasGap: false}], {columns: 38, rows: 8}).split('\n');
		expect(lines.slice(0, 8).filter(line => line.includes('?'))).toHaveLength(1);
		expect(lines.findIndex(line => line.includes('?'))).toBeLessThan(lines.findIndex(line => line.includes('█')));
	});

	it('keeps its scale to the days where the line lies far above them', () => {
		expect(textOf(unicode, [{bytes: gigabyte, hasGap: false}], {columns: 38, rows: 8, line: 100 * gigabyte})).not.toContain('┄');
	});

	it('gives the smallest amount a mark of its own', () => {
		const line = textOf(unicode, [{bytes: 1, hasGap: false}, {bytes: gigabyte, hasGap: false}], {columns: 38, rows: 8}).split('\n', 8)[7]!;
		expect(line).toContain('▁');
	});
});
