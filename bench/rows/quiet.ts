import {setTimeout as sleep} from 'node:timers/promises';
import {type Bench, type Row} from '../row.js';
import {createBigPlace, isVmsView} from '../support/big-place.js';
import {type OnTerminal} from '../support/terminal.js';

const settleMs = 5000;
const windowMs = 20_000;

const used = (terminal: OnTerminal) => ({bytes: terminal.bytes(), cpu: terminal.cpu()});

/** What a console takes at which nobody presses a key, while somebody elsewhere leads and nothing changes, against a clock of Ink's. */
export const quiet: Bench = {
	name: 'quiet',
	async run() {
		const place = await createBigPlace();
		try {
			const plainest = await place.startPlainest();
			const first = await place.startConsole();
			const vms = await place.startConsole();
			await vms.timeTo(isVmsView, () => {
				vms.send('2');
			});
			await sleep(settleMs);
			const terminals = [plainest, first, vms];
			const before = terminals.map(terminal => used(terminal));
			await sleep(windowMs);
			const [limit, ...ours] = terminals.map((terminal, index) => {
				const now = used(terminal);
				return {bytes: (now.bytes - before[index]!.bytes) / windowMs * 1000, share: (now.cpu - before[index]!.cpu) / windowMs * 1000 * 100};
			});
			await Promise.all(terminals.map(async terminal => terminal.end()));
			return ['first view', '10,000 VMs and details'].flatMap((name, index): Row[] => [
				{
					name: `quiet console, ${name}: bytes a second`, unit: 'B', ours: ours[index]!.bytes, limit: limit!.bytes, goal: {oursAtMost: 400},
				},
				{
					name: `quiet console, ${name}: share of a core`, unit: '%', ours: ours[index]!.share, limit: limit!.share, goal: {ratioAtMost: 2.5, oursAtMost: 2},
				},
			]);
		} finally {
			await place.remove();
		}
	},
};
