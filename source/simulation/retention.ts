import {parseProperties} from './disks.js';
import {type Backup} from './world.js';

const dayMs = 86_400_000;

// Weeks begin on Monday; the epoch was a Thursday.
const weekOf = (date: Date) => String(Math.floor(((date.getTime() / dayMs) + 3) / 7));

// A backup's slot in each unit of time; the newest of a slot is kept.
const slots: ReadonlyArray<readonly [string, (date: Date) => string]> = [
	['keep-hourly', date => date.toISOString().slice(0, 13)],
	['keep-daily', date => date.toISOString().slice(0, 10)],
	['keep-weekly', date => weekOf(date)],
	['keep-monthly', date => date.toISOString().slice(0, 7)],
	['keep-yearly', date => date.toISOString().slice(0, 4)],
];

const dateOf = ({ctime}: Backup) => new Date(ctime * 1000);

// Keeps so many more, each of a slot that nothing is kept of yet.
const keepBySlot = (newestFirst: readonly Backup[], kept: Set<Backup>, slotOf: (date: Date) => string, count: number) => {
	const dates = [...kept].map(backup => dateOf(backup));
	const taken = new Set(dates.map(date => slotOf(date)));
	let left = count;
	for (const backup of newestFirst) {
		const slot = slotOf(dateOf(backup));
		if (!(left > 0) || kept.has(backup) || taken.has(slot)) {
			continue;
		}

		kept.add(backup);
		taken.add(slot);
		left--;
	}
};

const ofOneVm = (backups: readonly Backup[], rules: ReadonlyMap<string, string>) => {
	const newestFirst = backups.toSorted((a, b) => b.ctime - a.ctime);
	const last = Number(rules.get('keep-last') ?? 0);
	const kept = new Set(newestFirst.slice(0, last));
	for (const [name, slotOf] of slots) {
		keepBySlot(newestFirst, kept, slotOf, Number(rules.get(name) ?? 0));
	}

	return newestFirst.filter(backup => !kept.has(backup));
};

/** The backups that a retention lets go; protected ones never go, nor count. */
export const prunedBackups = (backups: readonly Backup[], retention: string): Backup[] => {
	const rules = parseProperties(retention);
	if (rules.get('keep-all') === '1' || rules.size === 0) {
		return [];
	}

	const byVm = Map.groupBy(backups.filter(({isProtected}) => !isProtected), ({vmid}) => vmid);
	return byVm.values().flatMap(list => ofOneVm(list, rules)).toArray();
};
