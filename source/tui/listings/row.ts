import {formatSpan, type Times} from '../format.js';
import {type CellContext, type ListRow, type RowAbout} from '../listing.js';

/** What a row is about, where its view makes no others. */
export const aboutOf = <Kind extends RowAbout['kind']>({about}: ListRow, kind: Kind): Extract<RowAbout, {readonly kind: Kind}> => {
	if (about.kind !== kind) {
		throw new TypeError(`a row about ${about.kind} stands among those about ${kind}`);
	}

	return about as Extract<RowAbout, {readonly kind: Kind}>;
};

/** What the filter looks into, in small letters. */
export const wordsOf = (...words: ReadonlyArray<string | number | null>): string => words.join(' ').toLowerCase();

const dayWidth = '2026-11-21'.length;
const yearWidth = '2026-'.length;

/** `18:40:12` of today, `11-20 18:40` of this year, `2025-11-20` before. */
export const whenText = (times: Times, at: number, now: number): string => {
	const moment = times.full(at);
	const present = times.full(now);
	if (moment.slice(0, dayWidth) === present.slice(0, dayWidth)) {
		return times.time(at);
	}

	const isThisYear = moment.slice(0, yearWidth) === present.slice(0, yearWidth);
	return isThisYear ? moment.slice(yearWidth, dayWidth + ' 18:40'.length) : moment.slice(0, dayWidth);
};

/** How long ago, `3h`; the sign for nothing where it never was. */
export const agoText = (at: number | null, {now, theme}: CellContext): string => at === null ? theme.glyphs.none : formatSpan(now - at);

/** `3 failed, 12 running`: only what there is any of. */
export const summaryOf = (parts: ReadonlyArray<readonly [count: number, text: string]>): string =>
	parts.flatMap(([count, text]) => count === 0 ? [] : [`${count} ${text}`]).join(', ');
