import {formatAge} from '../../domain/duration.js';
import {type Settings} from '../../domain/settings.js';
import {type Snapshot} from '../../domain/snapshot.js';
import {type Vm} from '../../domain/vm.js';
import {dayText, type DetailContext} from './detail-lines.js';

/** When a snapshot goes by itself, in a few words and in a sentence. */
export type SnapshotEnd = {readonly brief: string; readonly full: string};

const dayMs = 86_400_000;

/** When a snapshot goes by its age. */
export const snapshotEnd = ({ours, keep, createdAt}: Snapshot, {package: {snapshotDays}}: Pick<Vm, 'package'>, {snapshots}: Pick<Settings, 'snapshots'>, context: DetailContext): SnapshotEnd => {
	if (!ours) {
		return {brief: 'made by others', full: 'never by itself: it was made outside cronsole'};
	}

	const days = snapshotDays ?? snapshots.days;
	const source = snapshotDays === undefined ? 'as the config says' : 'as its package says';
	if (keep || days === 0 || createdAt <= 0) {
		const why = keep ? 'it is kept' : (days === 0 ? `snapshots have no age, ${source}` : 'nobody knows when it was taken');
		return {brief: keep ? 'kept' : 'stays', full: `never by itself: ${why}`};
	}

	const end = createdAt + (days * dayMs);
	const day = dayText(context, end);
	return end <= context.now
		? {brief: 'goes now', full: `with the next run of Remove Snapshots: its ${days} days are over, ${source}`}
		: {brief: `goes ${day}`, full: `on ${day}, in ${formatAge(end - context.now)}: after ${days} ${days === 1 ? 'day' : 'days'}, ${source}`};
};
