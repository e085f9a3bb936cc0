import {setTimeout as sleep} from 'node:timers/promises';
import {start as startProgram, until} from '../../test/support/program.js';
import {median, type Bench} from '../row.js';
import {childProgram, createPlace, isLeading} from '../support/place.js';
import {cpuOf, memoryOf} from '../support/process-cost.js';
import {seed} from '../support/seed.js';

const settleMs = 5000;
const windowMs = 20_000;
const looks = 4;

/** What a daemon takes that has nothing to do, against a Node program that only has the database open. */
export const idle: Bench = {
	name: 'idle',
	async run() {
		const place = await createPlace();
		try {
			await seed(place.database, 10_000);
			// Every task is due at a first start, and goes through all VMs: some 25 MiB more. Nothing is due at the second.
			const first = place.daemon();
			await until('it leads', () => isLeading(first));
			await first.end();
			const daemon = place.daemon();
			const empty = startProgram(childProgram('open-database'), [place.database]);
			await until('both are there', () => isLeading(daemon) && empty.lines.length > 0);
			await sleep(settleMs);
			const pids = [daemon.pid, empty.pid] as const;
			const before = pids.map(pid => cpuOf(pid));
			const sizes = pids.map((): number[] => []);
			for (let look = 0; look < looks; look++) {
				await sleep(windowMs / looks);
				for (const [index, pid] of pids.entries()) {
					sizes[index]!.push(memoryOf(pid));
				}
			}

			const [ours, limit] = pids.map((pid, index) => (cpuOf(pid) - before[index]!) / windowMs * 1000 * 100);
			await empty.end('SIGKILL');
			return [
				{
					name: 'daemon, idle, 10,000 VMs: memory', unit: 'MiB', ours: median(sizes[0]!), limit: median(sizes[1]!), goal: {ratioAtMost: 1.8},
				},
				{
					name: 'daemon, idle, 10,000 VMs: share of a core', unit: '%', ours: ours!, limit: limit!, goal: {oursAtMost: 0.5},
				},
			];
		} finally {
			await place.remove();
		}
	},
};
