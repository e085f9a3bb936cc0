import {formatBytes} from '../../domain/bytes.js';
import {type Piece} from '../text.js';
import {type Style, type Theme} from '../theme.js';
import {type DetailLines} from './detail-lines.js';

/** A day of a month, in their order. */
export type GraphDay = {
	/** Null: it was not counted, or is not over yet. */
	readonly bytes: number | null;
	/** A part of the day (or all of it) has no samples: it moved at least `bytes`. */
	readonly hasGap: boolean;
};

export type GraphSize = {
	readonly columns: number;
	/** Of the bars. */
	readonly rows: number;
	/** Bytes a day at which a line is drawn; null: none. */
	readonly line?: number | null;
};

type Signs = {
	/** From an eighth of a row to all of it. */
	readonly bars: readonly string[];
	readonly line: string;
	readonly tick: string;
	readonly ahead: string;
};

const signsOf = ({isAscii, glyphs}: Theme): Signs => isAscii
	? {
		bars: ['.', '.', '.', ':', ':', ':', ':', '#'], line: '-', tick: '+', ahead: '.',
	}
	: {
		bars: glyphs.spark, line: '┄', tick: glyphs.teeRight, ahead: glyphs.separator,
	};

/** Stands on top of what is known of a day. */
const gapSign = '?';

const labelWidth = 6;
const widestDay = 4;
const leastTop = 1_000_000;

/** Round numbers whose halves are round too. */
const roundOnes = [1, 2, 3, 4, 5, 6, 8, 10] as const;

/** The least round number that is not less. */
const roundUp = (bytes: number): number => {
	const unit = 10 ** Math.floor(Math.log10(bytes));
	return unit * roundOnes.find(one => one * unit >= bytes)!;
};

/** `50 GB`: never wider than the labels. */
const labelOf = (bytes: number): string => (bytes === 0 ? '0' : formatBytes(bytes).replace('.0 ', ' ')).padStart(labelWidth);

const topOf = (days: readonly GraphDay[], rows: number, line: number | null): number => {
	const most = Math.max(0, ...days.map(({bytes}) => bytes ?? 0));
	// What stands on a bar needs a row for itself.
	const withGaps = days.some(({hasGap}) => hasGap) ? most * rows / Math.max(1, rows - 1) : most;
	return roundUp(Math.max(leastTop, withGaps, line !== null && (most === 0 || line <= 2 * most) ? line : 0));
};

type Scale = {readonly top: number; readonly rows: number; readonly perDay: number; readonly lineLevel: number | null; readonly signs: Signs};

/** What stands in a day's columns, `level` rows above the ground. */
const cellOf = ({bytes, hasGap}: GraphDay, level: number, {top, rows, perDay, lineLevel, signs}: Scale): Piece => {
	const eighths = bytes === null || bytes === 0 ? 0 : Math.max(1, Math.round(bytes / top * rows * 8));
	const fill = Math.min(8, eighths - (level * 8));
	const rest = (width: number): string => (lineLevel === level ? signs.line : ' ').repeat(width);
	const bar = Math.max(1, perDay - 1);
	if (fill > 0) {
		return ['accent', signs.bars[fill - 1]!.repeat(bar) + rest(perDay - bar)];
	}

	const isGap = hasGap && level === Math.ceil(eighths / 8);
	return isGap ? ['warning', gapSign.repeat(bar) + rest(perDay - bar)] : [lineLevel === level ? 'warning' : 'plain', rest(perDay)];
};

/** The same with as few pieces as there are changes of style. */
const joined = (pieces: readonly Piece[]): readonly Piece[] => {
	const all: Array<[Style, string]> = [];
	for (const [style, text] of pieces) {
		const last = all.at(-1);
		if (last?.[0] === style) {
			last[1] += text;
		} else {
			all.push([style, text]);
		}
	}

	return all;
};

/** The numbers of the days, each under the beginning of its bar: every fifth where there is no room for all. */
const numbersOf = (count: number, perDay: number): string => {
	const width = count * perDay;
	let line = '';
	for (let day = 1; day <= count; day++) {
		const start = (day - 1) * perDay;
		const number = String(day);
		const isShown = perDay > 2 || day === 1 || day % 5 === 0;
		if (isShown && start + number.length <= width) {
			line = line.padEnd(start) + number;
		}
	}

	return line;
};

/** Bytes a day as bars, a column or more each; what was not counted stands apart from what moved nothing. */
export const graphLines = (theme: Theme, days: readonly GraphDay[], {columns, rows, line = null}: GraphSize): DetailLines => {
	const signs = signsOf(theme);
	const {vertical, bottomLeft, horizontal} = theme.glyphs;
	const top = topOf(days, rows, line);
	const perDay = Math.max(1, Math.min(widestDay, Math.floor((columns - labelWidth - 1) / days.length)));
	const level = line === null ? null : Math.ceil(line / top * rows) - 1;
	const scale: Scale = {
		top, rows, perDay, signs, lineLevel: level !== null && level >= 0 && level < rows ? level : null,
	};
	const bars = Array.from({length: rows}, (_, index): readonly Piece[] => {
		const isLabelled = index === 0 || index === rows / 2;
		return joined([
			['dim', isLabelled ? labelOf(top * (rows - index) / rows) + signs.tick : ' '.repeat(labelWidth) + vertical],
			...days.map(day => cellOf(day, rows - 1 - index, scale)),
		]);
	});
	const ground = days.map(({bytes}) => (bytes === null ? signs.ahead : horizontal).repeat(perDay)).join('');
	return [
		...bars,
		[['dim', labelOf(0) + bottomLeft + ground]],
		[['dim', ' '.repeat(labelWidth + 1) + numbersOf(days.length, perDay)]],
	];
};
