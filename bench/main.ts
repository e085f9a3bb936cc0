/* eslint-disable unicorn/no-process-exit -- this file is a program */
import process from 'node:process';
import {parseArgs} from 'node:util';
import {
	tableHead,
	tableLine,
	toJson,
	toMarkdown,
	type Measured,
} from './report.js';
import {
	isMet,
	mergeRuns,
	type Bench,
	type Row,
} from './row.js';
import {calls} from './rows/calls.js';
import {changes} from './rows/changes.js';
import {deploy} from './rows/deploy.js';
import {createDeploys} from './rows/deploys.js';
import {growth} from './rows/growth.js';
import {idle} from './rows/idle.js';
import {installs} from './rows/installs.js';
import {intake} from './rows/intake.js';
import {keys} from './rows/keys.js';
import {lateness} from './rows/lateness.js';
import {listing} from './rows/listing.js';
import {npmCi} from './rows/npm-ci.js';
import {pickUp} from './rows/pick-up.js';
import {quiet} from './rows/quiet.js';
import {screen} from './rows/screen.js';
import {start} from './rows/start.js';
import {createStatistics} from './rows/statistics.js';
import {store} from './rows/store.js';
import {takeOver} from './rows/take-over.js';

const benches: readonly Bench[] = [
	start,
	screen,
	keys,
	changes,
	quiet,
	idle,
	growth,
	store,
	intake,
	installs,
	listing,
	pickUp,
	deploy,
	calls,
	takeOver,
	lateness,
	createStatistics('statistics', {9.2: 100, 8.4: 600}),
	createDeploys(100),
	createDeploys(500),
	createStatistics('statistics-10000', {9.2: 10_000, 8.4: 10_000}, true),
	npmCi,
];

const {values: flags, positionals: names} = parseArgs({
	allowPositionals: true, options: {
		long: {type: 'boolean', default: false}, json: {type: 'boolean', default: false}, markdown: {type: 'boolean', default: false}, runs: {type: 'string', default: '1'}, vms: {type: 'string', default: '10,1000,10000'},
	},
});

const refuse = (problem: string): never => {
	console.error(problem);
	process.exit(2);
};

const unknown = names.find(name => benches.every(bench => bench.name !== name));
if (unknown !== undefined) {
	refuse(`there is no benchmark ${unknown}\nchoose of ${benches.map(({name}) => name).join(', ')}`);
}

const count = (text: string, least: number): number => /^\d{1,6}$/.test(text) && Number(text) >= least ? Number(text) : refuse(`${text} is no number of ${least} or more`);
const runs = count(flags.runs, 1);
const wish = {vms: flags.vms.split(',').map(text => count(text, 10)).toSorted((a, b) => a - b)};
const chosen = benches.filter(({name, isLong = false}) => names.length === 0 ? flags.long || !isLong : names.includes(name));
const isForPeople = !flags.json && !flags.markdown;
// What takes an hour shows what it has so far, and loses none of it.
const tell = isForPeople ? console.log : console.error;
tell(tableHead);

const measured: Measured[] = [];
let hasFailed = false;
for (const {name, run} of chosen) {
	try {
		const all: Array<readonly Row[]> = [];
		for (let round = 0; round < runs; round++) {
			all.push(await run(wish));
		}

		const rows = mergeRuns(all);
		measured.push(...rows.map(row => ({bench: name, row})));
		for (const row of rows) {
			tell(tableLine(row));
		}
	} catch (error) {
		// The others are worth their hour all the same.
		hasFailed = true;
		console.error(`${name}:`, error);
	}
}

if (!isForPeople) {
	console.log(flags.json ? toJson(measured, runs) : toMarkdown(measured, runs));
}

process.exit(!hasFailed && measured.every(({row}) => isMet(row)) ? 0 : 1);
