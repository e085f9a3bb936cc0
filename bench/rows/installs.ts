import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import BetterSqlite from 'better-sqlite3';
import {createDns} from '../../source/clients/dns/create-dns.js';
import {type Panels} from '../../source/clients/panel/panel.js';
import {loadSettings} from '../../source/config.js';
import {systemClock} from '../../source/domain/clock.js';
import {type PanelAnswer} from '../../source/domain/panel.js';
import {moveInstall} from '../../source/pipelines/run-install.js';
import {runPipeline} from '../../source/pipelines/run-pipeline.js';
import {runOnce} from '../../source/scheduler/run-once.js';
import {type WorkDeps} from '../../source/scheduler/work.js';
import {openStore} from '../../source/store/open-store.js';
import {type Store} from '../../source/store/store.js';
import {allTasks} from '../../source/tasks/all-tasks.js';
import {median, type Bench} from '../row.js';
import {createCommitCount} from '../support/count-commits.js';

const rounds = 5;
const jobs = 100;

const config = (database: string): string => `
database: ${database}
clusters:
  - {name: fra1, urls: ["https://127.0.0.1:9"], tokenId: a@pve!b, tokenSecret: "6f8a1c52-0000-4000-8000-9d2e57b3c1aa", vmids: [100, 999]}
installs:
  panels: {web1: {kind: command, command: [/bin/true], concurrency: 8}}
  applications: {static: {stage: true}}
`;

/** A panel that has done everything the moment that it is asked. */
const createIdlePanels = (): Panels => {
	const installed = new Set<string>();
	return {
		find: name => ({
			name, title: 'a panel that does nothing',
			async ask({action, job}): Promise<PanelAnswer> {
				if (action === 'install') {
					installed.add(job);
				}

				return {changed: [], site: null, state: action === 'inspect' ? {account: true, site: installed.has(job) ? 'installed' : 'absent'} : null};
			},
			check: async () => [],
		}),
		reset: () => undefined,
		close: async () => undefined,
	};
};

const order = async (store: Store, round: number): Promise<void> => store.write(async ({installs}) => {
	for (let index = 0; index < jobs; index++) {
		const name = `site${(round * jobs) + index}`;
		await installs.insert({
			reference: name, panel: 'web1', application: 'static', domain: `${name}.example.org`, account: name, client: {name: 'Ada', email: 'ada@example.org'}, order: {}, createdAt: 1,
		});
	}
});

const createDeps = async (store: Store, file: string): Promise<WorkDeps> => {
	const settings = await loadSettings({file, env: {}});
	return {
		store, clock: systemClock, settings: () => settings, random: Math.random, createPassword: () => 'a-new-Password-23456', log: () => undefined,
		session: await store.sessions.start({
			kind: 'run', actor: 'bench', address: null, isReadOnly: false,
		}),
		connectionOf: () => undefined, watchOf: () => undefined, dns: createDns(() => [], {clock: systemClock}), pipeline: runPipeline, panels: createIdlePanels(), verifySite: async () => undefined,
		moveInstall, tasks: allTasks,
		async openMessages() {
			throw new Error('Nothing is sent.');
		},
	};
};

/** Two durable commits a job, each one statement, on a table of its own in the same file. */
const createRaw = (database: string) => {
	const raw = new BetterSqlite(database);
	raw.pragma('synchronous = full');
	raw.exec('create table if not exists bench_jobs (id integer primary key, state text not null) strict');
	const add = raw.prepare('insert into bench_jobs (state) values (\'pending\')');
	const change = raw.prepare('update bench_jobs set state = ? where id = ?');
	return {
		add: () => Array.from({length: jobs}, () => Number(add.run().lastInsertRowid)),
		work(ids: readonly number[]) {
			for (const id of ids) {
				change.run('running', id);
				change.run('done', id);
			}
		},
		close: () => raw.close(),
	};
};

const rateOf = async (work: () => Promise<void> | void): Promise<number> => {
	const begin = performance.now();
	await work();
	return jobs / (performance.now() - begin) * 1000;
};

/** A run of process_installs over installs whose panel takes no time, against two durable commits an install. */
export const installs: Bench = {
	name: 'installs',
	async run() {
		const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cronsole-bench-'));
		const database = path.join(folder, 'cronsole.db');
		const file = path.join(folder, 'cronsole.yaml');
		fs.writeFileSync(file, config(database), {mode: 0o600});
		const commits = createCommitCount();
		const store = await openStore({path: database, clock: systemClock});
		const deps = await createDeps(store, file);
		const raw = createRaw(database);
		try {
			const ours: number[] = [];
			const limit: number[] = [];
			let commitsAJob = NaN;
			for (let round = 0; round <= rounds; round++) {
				await order(store, round);
				const ids = raw.add();
				const before = commits.count();
				const rates = [
					await rateOf(async () => {
						const {run} = await runOnce(deps, {
							task: 'process_installs', by: 'bench', report: () => undefined, signal: new AbortController().signal,
						});
						commitsAJob = (commits.count() - before) / jobs;
						if (run?.processed !== jobs) {
							throw new Error(`${run?.processed} of ${jobs} were done: ${run?.message}`);
						}
					}),
					await rateOf(() => {
						raw.work(ids);
					}),
				] as const;
				// The first finds nothing prepared.
				if (!(round > 0)) {
					continue;
				}

				ours.push(rates[0]);
				limit.push(rates[1]);
			}

			return [
				{
					name: 'process_installs with a panel that does nothing', unit: 'jobs/s', ours: median(ours), limit: median(limit), goal: {ratioAtLeast: 0.4},
				},
				{
					name: 'durable commits an install', unit: '', ours: commitsAJob, limit: 2, goal: {},
				},
			];
		} finally {
			commits.stop();
			raw.close();
			await deps.dns.close();
			await store.close();
			fs.rmSync(folder, {recursive: true, force: true});
		}
	},
};
