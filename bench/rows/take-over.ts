import {setTimeout as sleep} from 'node:timers/promises';
import {until, type Running} from '../../test/support/program.js';
import {median, type Bench} from '../row.js';
import {createPlace, isLeading} from '../support/place.js';

const leaseMs = 6000;
const graceMs = leaseMs / 6;
const cycleMs = 1000;
const rounds = 3;

const leadsSince = ({lines}: Running): number => Date.parse((JSON.parse(lines.find(line => line.includes('"leading"'))!) as {readonly at: string}).at);

/** How long nobody leads when the leader gets that signal and another daemon stands by. */
const measure = async (signal: 'SIGKILL' | 'SIGSTOP', timeoutMs: number): Promise<number> => {
	const place = await createPlace();
	try {
		const leader = place.daemon();
		await until('one leads', () => isLeading(leader));
		const other = place.daemon();
		await until('the other stands by', () => other.lines.some(line => line.includes('"started"')));
		await sleep(2000 + (Math.random() * cycleMs));
		const at = Date.now();
		leader.child.kill(signal);
		await until('the other leads', () => isLeading(other), timeoutMs, 20);
		return leadsSince(other) - at;
	} finally {
		await place.remove();
	}
};

/** How soon another daemon leads; the limit is what the lease's rules allow. */
export const takeOver: Bench = {
	name: 'take-over',
	async run() {
		const killed: number[] = [];
		for (let round = 0; round < rounds; round++) {
			killed.push(await measure('SIGKILL', 10_000));
		}

		const stopped = await Promise.all(Array.from({length: rounds}, async () => measure('SIGSTOP', 30_000)));
		return [
			{
				name: 'take-over after kill -9 (limit: one cycle)', unit: 'ms', ours: median(killed), limit: cycleMs, goal: {ratioAtMost: 2},
			},
			{
				name: 'take-over after SIGSTOP (limit: lease + grace + a cycle)', unit: 'ms', ours: median(stopped), limit: leaseMs + graceMs + cycleMs, goal: {ratioAtMost: 1},
			},
		];
	},
};
