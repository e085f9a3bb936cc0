import {Bench, now as wallMs} from 'tinybench';
import {median} from '../row.js';

type Options = {
	readonly rounds: number;
	/** How often each is run in a round. */
	readonly iterations: number;
	/** What is measured, in ms; left out: time. */
	readonly now?: () => number;
};

/** What one run of each costs: all in turn in each round, so that whatever else this machine does hits them alike. The first round warms up. */
export const measureInTurn = async (works: ReadonlyArray<() => Promise<unknown>>, {rounds, iterations, now = wallMs}: Options): Promise<readonly number[]> => {
	const measured = works.map((): number[] => []);
	for (let round = 0; round <= rounds; round++) {
		const bench = new Bench({
			iterations, now, time: 0, warmup: false, throws: true,
		});
		for (const [index, work] of works.entries()) {
			bench.add(String(index), work, {async: true});
		}

		for (const [index, {result}] of (await bench.run()).entries()) {
			if (round > 0 && result.state === 'completed') {
				measured[index]!.push(result.latency.mean);
			}
		}
	}

	return measured.map(all => median(all));
};
