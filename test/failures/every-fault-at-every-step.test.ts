import {appendFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {createRandom} from '../../source/simulation/random.js';
import {nameOf, type Cell} from './every-cell.js';
import {listAsked, playCells} from './every-cells.js';

const seed = Number(process.env.CRONSOLE_SEED ?? 1);
const wanted = process.env.CRONSOLE_CELLS ?? '1';
const report = process.env.CRONSOLE_REPORT;

/** A line for each cell that was played, into that file. */
const tell = (line: string) => {
	if (report !== undefined) {
		appendFileSync(report, `${line}\n`);
	}
};

const sample = (cells: readonly Cell[], count: number): readonly Cell[] => {
	const random = createRandom(seed);
	const drawn = new Set(cells.map(cell => ({cell, at: random.next()})).toSorted((a, b) => a.at - b.at).slice(0, count).map(({cell}) => cell));
	return cells.filter(cell => drawn.has(cell));
};

const choose = (cells: readonly Cell[]): readonly Cell[] => wanted === 'all'
	? cells
	: (/^\d+$/.test(wanted) ? sample(cells, Number(wanted)) : cells.filter(cell => nameOf(cell).includes(wanted)));

const asked = listAsked().map(given => ({...given, title: given.wish.title ?? given.kind}));

/**
 Every kind of fault at every call of every pipeline, once and for a while, and with the death of the process where nobody then knows what is so. Thousands:
 `CRONSOLE_CELLS=all` plays them all, a number so many of each pipeline (`CRONSOLE_SEED` draws others), any other text those with it in their names.
 */
describe('whatever goes wrong at whatever call', () => {
	test.each(asked)('$title comes to its end, by itself wherever that is possible, with nothing done twice and nothing left behind', async given => {
		const {wrong, ...figures} = await playCells(given, choose, tell);
		tell(`== ${given.title}: ${JSON.stringify(figures)}`);
		expect(wrong).toEqual([]);
	}, wanted === '1' ? 120_000 : 4 * 3_600_000);
});
