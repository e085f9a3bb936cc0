import path from 'node:path';
import BetterSqlite from 'better-sqlite3';
import {expect, test} from 'vitest';
import {chores} from '../../source/scheduler/chores.js';
import {
	makeClock,
	makeFolder,
	makeStore,
	startSession,
} from '../store/support/temporary-store.js';

const day = 86_400_000;
const now = 1000 * day;

/** Half a million by hand. */
const rows = Number(process.env.CRONSOLE_PRUNE_ROWS ?? 40_000);

const open = async () => {
	const file = path.join(makeFolder(), 'cronsole.db');
	const store = await makeStore({path: file});
	const raw = new BetterSqlite(file);
	const each = Math.floor(rows / 4);
	const series = `with recursive n (i) as (select 1 union all select i + 1 from n where i < ${each})`;
	raw.exec(`${series} insert into activity (at, level, actor, subject, message) select i, 'info', 'scheduler', 'web' || (i % 500), 'something happened to it' from n`);
	raw.exec(`${series} insert into runs (task, trigger, by, started_at, finished_at, result, processed, errors, waiting, needs_attention) select 'process_vms', 'schedule', 'scheduler', i, i + 1, 'ok', 0, 0, 0, 0 from n`);
	raw.exec(`${series} insert into outbox (key, template, recipient, variables_json, state, created_at, channel, attempt, sent_at) select 'k' || i, 'vm-ready', 'a@example.org', '{}', 'sent', i, 'mail', 1, i from n`);
	raw.exec(`insert into vms (reference, hostname, cluster, status, remote_status, package_name, package_json, overrides_json, template_json, client_name, client_email, user, ssh_keys_json, mail, suspended_json, resumes, order_json, created_at, version)
		values ('r', 'h', 'fra1', 'ready', 'running', 'p', '{}', '{}', '{}', 'A', 'a@example.org', 'root', '[]', 0, '[]', 0, '{}', 1, 1)`);
	raw.exec(`${series} insert into operations (vm_id, kind, task, params_json, requested_by, requested_at, state, attempt) select (select max(id) from vms), 'reboot', 'process_vms', 'null', 'anna', i, 'done', 0 from n`);
	const count = (table: string) => raw.prepare(`select count(*) from ${table}`).pluck().get() as number;
	return {
		store, raw, count, file, each,
	};
};

test(`while ${rows} rows are forgotten a write on another connection waits for a few of them only`, async () => {
	const {store, raw, count, file, each} = await open();
	const beside = await makeStore({path: file});
	const session = await startSession(store);
	const lease = await store.leases.acquire('leader', session.id, 3_600_000);
	const chore = chores.find(({name}) => name === 'pruning')!;
	const context = {
		store, fenced: store.fencedBy(lease.held!), signal: new AbortController().signal, clock: makeClock(now), settings: {
			retention: {
				debugMs: day, infoMs: day, errorMs: day, runsMs: day, clientsMs: null,
			},
		},
	} as unknown as Parameters<typeof chore.run>[0];

	const waits: number[] = [];
	const over = new AbortController();
	const claiming = (async () => {
		while (!over.signal.aborted) {
			const began = performance.now();
			await beside.leases.acquire('task:process_vms', session.id, 60_000);
			waits.push(performance.now() - began);
			await new Promise(resolve => {
				setTimeout(resolve, 15);
			});
		}
	})();
	const began = performance.now();
	await chore.run(context).finally(() => {
		over.abort();
	});
	await claiming;
	const tookMs = performance.now() - began;
	const sorted = waits.toSorted((a, b) => a - b);
	if (process.env.CRONSOLE_PRUNE_ROWS !== undefined) {
		console.log(`pruned ${rows} rows in ${Math.round(tookMs)} ms; ${waits.length} claims meanwhile, median ${sorted[Math.floor(sorted.length / 2)]!.toFixed(1)} ms, 99 of 100 ${sorted[Math.floor(sorted.length * 0.99)]!.toFixed(1)} ms, longest ${sorted.at(-1)!.toFixed(1)} ms`);
	}

	expect([count('activity'), count('outbox'), count('runs'), count('operations')]).toEqual([0, 0, 1, 50]);
	expect(each).toBeGreaterThan(1000);
	expect(waits.length).toBeGreaterThan(10);
	// As one transaction it would have been nearly all of that time.
	expect(sorted[Math.floor(sorted.length * 0.9)]!).toBeLessThan(tookMs / 20);
	raw.close();
}, 600_000);

test('a leader that stops forgets no more', async () => {
	const {store, raw, count} = await open();
	const session = await startSession(store);
	const lease = await store.leases.acquire('leader', session.id, 3_600_000);
	const chore = chores.find(({name}) => name === 'pruning')!;
	const abort = new AbortController();
	const before = count('activity');
	const pruning = chore.run({
		store, fenced: store.fencedBy(lease.held!), signal: abort.signal, clock: makeClock(now), settings: {
			retention: {
				debugMs: day, infoMs: day, errorMs: day, runsMs: day, clientsMs: null,
			},
		},
	} as unknown as Parameters<typeof chore.run>[0]);
	await expect.poll(() => count('activity')).toBeLessThan(before);
	abort.abort();
	await pruning;
	expect(count('activity')).toBeGreaterThan(0);
	expect(count('outbox')).toBe(before);
	raw.close();
});
