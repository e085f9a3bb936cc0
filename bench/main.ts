/* eslint-disable unicorn/no-process-exit -- this file is a program */
import process from 'node:process';
import {parseArgs} from 'node:util';
import {
	isMet,
	ratioOf,
	type Bench,
	type Goal,
	type Row,
} from './row.js';
import {calls} from './rows/calls.js';
import {changes} from './rows/changes.js';
import {deploy} from './rows/deploy.js';
import {createDeploys} from './rows/deploys.js';
import {idle} from './rows/idle.js';
import {keys} from './rows/keys.js';
import {listing} from './rows/listing.js';
import {pickUp} from './rows/pick-up.js';
import {quiet} from './rows/quiet.js';
import {start} from './rows/start.js';
import {createStatistics} from './rows/statistics.js';
import {store} from './rows/store.js';
import {takeOver} from './rows/take-over.js';

const statistics = createStatistics('statistics', {9.2: 100, 8.4: 600});
const allStatistics = createStatistics('statistics-10000', {9.2: 10_000, 8.4: 10_000}, true);
const benches: readonly Bench[] = [start, keys, changes, quiet, store, listing, pickUp, deploy, calls, takeOver, idle, createDeploys(100), createDeploys(500), statistics, allStatistics];

const goalText = (goal: Goal, unit: string): string => {
	if ('oursAtMost' in goal) {
		return `<= ${goal.oursAtMost} ${unit}`;
	}

	return 'ratioAtMost' in goal ? `<= ${goal.ratioAtMost} x` : `>= ${goal.ratioAtLeast} x`;
};

const figure = (value: number, unit: string): string => `${value.toLocaleString('en', {maximumSignificantDigits: 3})} ${unit}`;

const print = (row: Row): void => {
	const ratio = ratioOf(row);
	console.log([
		row.name.padEnd(58),
		figure(row.ours, row.unit).padStart(14),
		figure(row.limit, row.unit).padStart(14),
		(Number.isFinite(ratio) ? `${ratio.toFixed(2)} x` : '-').padStart(8),
		goalText(row.goal, row.unit).padStart(12),
		isMet(row) ? 'met' : 'MISSED',
	].join('  '));
};

const {values: flags, positionals: names} = parseArgs({allowPositionals: true, options: {long: {type: 'boolean', default: false}, json: {type: 'boolean', default: false}}});
const unknown = names.find(name => benches.every(bench => bench.name !== name));
if (unknown !== undefined) {
	console.error(`there is no benchmark ${unknown}\nchoose of ${benches.map(({name}) => name).join(', ')}, screen`);
	process.exit(2);
}

const chosen = benches.filter(({name, isLong = false}) => names.length === 0 ? flags.long || !isLong : names.includes(name));
const rows: Row[] = [];
if (!flags.json) {
	console.log(['row'.padEnd(58), 'ours'.padStart(14), 'limit'.padStart(14), 'ratio'.padStart(8), 'goal'.padStart(12)].join('  '));
}

for (const bench of chosen) {
	const measured = await bench.run();
	rows.push(...measured);
	if (!flags.json) {
		for (const row of measured) {
			print(row);
		}
	}
}

if (flags.json) {
	console.log(JSON.stringify({rows: rows.map(row => ({...row, ratio: Number.isFinite(ratioOf(row)) ? ratioOf(row) : null, isMet: isMet(row)}))}, undefined, '\t'));
}

process.exit(rows.every(row => isMet(row)) ? 0 : 1);
