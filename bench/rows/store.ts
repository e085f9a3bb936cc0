import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import BetterSqlite from 'better-sqlite3';
import {systemClock} from '../../source/domain/clock.js';
import {openStore} from '../../source/store/open-store.js';
import {type FencedStore, type Store} from '../../source/store/store.js';
import {median, type Bench} from '../row.js';
import {newVm} from '../support/new-vm.js';

const rounds = 9;
const jobs = 200;

type Lease = FencedStore['lease'];

/** Jobs are operations of one VM each, since a VM has one at a time. */
const addJobs = async (store: Store, from: number): Promise<readonly number[]> => store.write(async ({vms, operations}) => {
	const ids: number[] = [];
	for (let index = from; index < from + jobs; index++) {
		const vm = await vms.insert(newVm(index));
		const {operation} = await operations.add(vm.id, {
			kind: 'create', params: null, requestedBy: 'bench', now: Date.now(),
		});
		ids.push(operation.id);
	}

	return ids;
});

const workOurs = async (store: FencedStore, ids: readonly number[]): Promise<void> => {
	for (const id of ids) {
		await store.write(async ({operations}) => operations.begin(id, Date.now()));
		await store.write(async ({operations}) => operations.finish(id, 'done', Date.now()));
	}
};

/** The same two durable commits a job, each one statement that checks the lease. */
const createRaw = (file: string, {name, owner, fence}: Lease) => {
	const raw = new BetterSqlite(file);
	raw.pragma('synchronous = full');
	const isHeld = 'exists (select 1 from leases where name = ? and owner = ? and fence = ?)';
	const begin = raw.prepare(`update operations set state = 'running', started_at = ?, step_since = ? where id = ? and state = 'waiting' and ${isHeld}`);
	const finish = raw.prepare(`update operations set state = 'done', finished_at = ? where id = ? and state = 'running' and ${isHeld}`);
	return {
		work(ids: readonly number[]) {
			for (const id of ids) {
				const now = Date.now();
				const {changes} = begin.run(now, now, id, name, owner, fence);
				const {changes: ended} = finish.run(Date.now(), id, name, owner, fence);
				if (changes + ended !== 2) {
					throw new Error('The raw job did not change its row.');
				}
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

/** Durable jobs, claimed and completed one row a commit under a lease, against better-sqlite3 alone on the same file. */
export const store: Bench = {
	name: 'store',
	async run() {
		const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cronsole-bench-'));
		const opened = await openStore({path: path.join(folder, 'cronsole.db'), clock: systemClock});
		try {
			const session = await opened.sessions.start({
				kind: 'daemon', actor: 'bench', address: null, isReadOnly: false,
			});
			const {held} = await opened.leases.acquire('vm:1', session.id, 600_000);
			const fenced = opened.fencedBy(held!);
			const raw = createRaw(opened.place, held!);
			const ours: number[] = [];
			const limit: number[] = [];
			// The first finds nothing prepared.
			for (let round = 0; round <= rounds; round++) {
				const [first, second] = [await addJobs(opened, round * jobs * 2), await addJobs(opened, ((round * 2) + 1) * jobs)];
				const works = [
					async () => {
						ours.push(await rateOf(async () => workOurs(fenced, first)));
					},
					async () => {
						limit.push(await rateOf(() => {
							raw.work(second);
						}));
					},
				];
				// Whoever comes after the preparing has a busier disk and colder caches, so they take turns at that.
				for (const work of round % 2 === 0 ? works : works.toReversed()) {
					await work();
				}
			}

			raw.close();
			return [{
				name: 'store: claim and complete, a row a commit, fenced', unit: 'jobs/s', ours: median(ours.slice(1)), limit: median(limit.slice(1)), goal: {ratioAtLeast: 0.7},
			}];
		} finally {
			await opened.close();
			fs.rmSync(folder, {recursive: true, force: true});
		}
	},
};
