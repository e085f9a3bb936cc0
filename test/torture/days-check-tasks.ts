import BetterSqlite from 'better-sqlite3';
import {type DaysWorld, type SimulatorLine} from './days-world.js';

/** Tasks that ran side by side although they are about the same VM (clones carry their source's id). */
const findOverlaps = (lines: readonly SimulatorLine[]): readonly string[] => {
	const open = new Map<number, string>();
	const overlaps: string[] = [];
	for (const {task, type, vmid, event} of lines) {
		if (task === undefined || type === 'qmclone' || typeof vmid !== 'number') {
			continue;
		}

		if (event === 'finished') {
			if (open.get(vmid) === task) {
				open.delete(vmid);
			}
		} else {
			const other = open.get(vmid);
			if (other !== undefined) {
				overlaps.push(`${task} began while ${other} ran`);
			}

			open.set(vmid, task);
		}
	}

	return overlaps;
};

/** The UPID of a removal carries `<vmid>@<storage>`, by which nobody looks for it; whoever lost it sees that the volume is gone. */
const unadoptable = 'imgdel';

/** Every task in the cluster is one that was intended, and belongs to one intent only. */
export const findBrokenTasks = ({database, simulatorLog}: Pick<DaysWorld, 'database' | 'simulatorLog'>): readonly string[] => {
	const db = new BetterSqlite(database, {readonly: true});
	try {
		const known = new Set(db.prepare('select upid from remote_tasks where upid is not null').pluck().all() as string[]);
		const lines = simulatorLog().filter(({task}) => task !== undefined);
		const started = lines.filter(({event}) => event === 'started');
		return [
			...started.filter(({task, type}) => !known.has(task!) && type !== unadoptable).map(({at, task}) => `${at} a task that no intent knows: ${task}`),
			...findOverlaps(lines),
		];
	} finally {
		db.close();
	}
};
