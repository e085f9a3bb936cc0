import {setTimeout as sleep} from 'node:timers/promises';
import {median, quantile, type Bench} from '../row.js';
import {createBigPlace, isVmsView} from '../support/big-place.js';

const count = 100;
// The console asks four times a second whether anything was committed.
const pollMs = 250;
// So that no two changes come at the same distance from a poll.
const longestPauseMs = 500;

/** How long it takes until another session's change stands on the screen, against one poll. */
export const changes: Bench = {
	name: 'changes',
	async run() {
		const place = await createBigPlace();
		try {
			const views = [
				{name: 'first view', terminal: await place.startConsole(), times: [] as number[]},
				{name: 'view of 10,000 VMs', terminal: await place.startConsole(), times: [] as number[]},
			] as const;
			const [, {terminal: vms}] = views;
			await vms.timeTo(isVmsView, () => {
				vms.send('2');
			});
			for (let number = 0; number < count; number++) {
				const cause = `cause ${1000 + number}`;
				await sleep(Math.random() * longestPauseMs);
				place.change(cause);
				await Promise.all(views.map(async ({terminal, times}) => {
					times.push(await terminal.timeTo(lines => lines.slice(3).some(line => line.includes(cause)), () => undefined));
				}));
			}

			await Promise.all(views.map(async ({terminal}) => terminal.end()));
			return views.flatMap(({name, times}) => [
				{
					name: `another session's change, ${name}, p50`, unit: 'ms', ours: median(times), limit: pollMs, goal: {ratioAtMost: 2},
				},
				{
					name: `another session's change, ${name}, p99`, unit: 'ms', ours: quantile(times, 0.99), limit: pollMs, goal: {ratioAtMost: 4, oursAtMost: 1000},
				},
			]);
		} finally {
			await place.remove();
		}
	},
};
