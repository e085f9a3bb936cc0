import os from 'node:os';
import process from 'node:process';
import BetterSqlite from 'better-sqlite3';
import {
	isMet,
	ratioOf,
	type Goal,
	type Row,
} from './row.js';

/** A row with the benchmark that measured it. */
export type Measured = {readonly bench: string; readonly row: Row};

/** What the figures were measured on. */
const describeMachine = () => {
	const cpus = os.cpus();
	const database = new BetterSqlite(':memory:');
	const sqlite = database.prepare('select sqlite_version()').pluck().get() as string;
	database.close();
	return {
		cpu: `${cpus.length} x ${cpus[0]?.model.trim() ?? 'unknown'}`, memoryGib: Math.round(os.totalmem() / (1024 ** 3)), kernel: `${os.type()} ${os.release()}`, node: process.version, sqlite,
		load: os.loadavg().map(load => Number(load.toFixed(2))),
	};
};

const figure = (value: number, unit: string): string => `${value.toLocaleString('en', {maximumSignificantDigits: 3})} ${unit}`.trim();

const ratioText = (row: Row): string => Number.isFinite(ratioOf(row)) ? `${ratioOf(row).toFixed(2)} x` : '-';

const goalText = ({ratioAtMost, ratioAtLeast, oursAtMost}: Goal, unit: string): string => [
	oursAtMost === undefined ? '' : `<= ${figure(oursAtMost, unit)}`,
	ratioAtMost === undefined ? '' : `<= ${ratioAtMost} x`,
	ratioAtLeast === undefined ? '' : `>= ${ratioAtLeast} x`,
].filter(Boolean).join(', ');

const verdict = (row: Row): string => isMet(row) ? 'met' : 'MISSED';

const columns = (name: string, ours: string, limit: string, ratio: string, goal: string, met: string): string =>
	[name.padEnd(62), ours.padStart(13), limit.padStart(13), ratio.padStart(9), goal.padStart(19), met].join('  ').trimEnd();

export const tableHead = columns('row', 'ours', 'limit', 'ratio', 'goal', '');

export const tableLine = (row: Row): string => columns(row.name, figure(row.ours, row.unit), figure(row.limit, row.unit), ratioText(row), goalText(row.goal, row.unit), verdict(row));

/** Everything, for programs. */
export const toJson = (measured: readonly Measured[], runs: number): string => JSON.stringify({
	at: new Date().toISOString(), runs, machine: describeMachine(),
	rows: measured.map(({bench, row}) => ({
		bench, ...row, ratio: Number.isFinite(ratioOf(row)) ? ratioOf(row) : null, isMet: isMet(row),
	})),
}, undefined, '\t');

/** The table of docs/performance.md. */
export const toMarkdown = (measured: readonly Measured[], runs: number): string => {
	const {cpu, memoryGib, kernel, node, sqlite, load} = describeMachine();
	return [
		`Measured on ${new Date().toISOString().slice(0, 10)}, ${runs === 1 ? 'one run' : `medians of ${runs} runs`}: ${cpu}, ${memoryGib} GiB, ${kernel}, Node ${node}, SQLite ${sqlite}; load ${load.join(' ')} at the end.`,
		'',
		'| command | row | ours | limit | ratio | goal | |',
		'|---|---|---:|---:|---:|---|---|',
		...measured.map(({bench, row}) =>
			`| \`${bench}\` | ${row.name} | ${figure(row.ours, row.unit)} | ${figure(row.limit, row.unit)} | ${ratioText(row).replace(' x', ' ×')} | ${goalText(row.goal, row.unit).replaceAll('<=', '≤').replaceAll('>=', '≥').replaceAll(' x', ' ×')} | ${verdict(row)} |`),
	].join('\n');
};
