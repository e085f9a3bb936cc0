import {readdirSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {type Clock} from '../../domain/clock.js';
import {type Witnesses} from '../tables/sessions.js';
import {toUnusable} from './to-unusable.js';
import {endWitness, isWitnessAlive, startWitness} from './witness.js';

const suffix = '.lock';

/** A file that young may belong to a session that is just about to write its row. */
const settledMs = 3_600_000;

/** Witnesses of sessions as locked files in that folder. */
export const createWitnesses = (folder: string, clock: Clock): Witnesses => {
	const mine = new Set<string>();
	const pathOf = (id: string) => join(folder, `${id}${suffix}`);
	const end = (id: string) => {
		mine.delete(id);
		endWitness(pathOf(id));
	};

	return {
		async start(id) {
			try {
				await startWitness(pathOf(id));
			} catch (error) {
				throw toUnusable(error, pathOf(id));
			}

			mine.add(id);
		},
		end,
		isAlive: id => isWitnessAlive(pathOf(id)),
		endAll() {
			for (const id of mine) {
				end(id);
			}
		},
		sweep(isKnown) {
			for (const name of readdirSync(folder).filter(name => name.endsWith(suffix))) {
				const path = join(folder, name);
				const madeAt = statSync(path, {throwIfNoEntry: false})?.mtimeMs;

				if (madeAt !== undefined && clock.now() - madeAt > settledMs && !isKnown(name.slice(0, -suffix.length))) {
					isWitnessAlive(path);
				}
			}
		},
	};
};
