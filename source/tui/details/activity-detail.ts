import {type Overview} from '../state.js';
import {factLines, type Detail, type DetailContext} from './detail-lines.js';

/** One row of the activity in full. */
export const activityDetail = (id: number, {activity}: Overview, context: DetailContext): Detail => {
	const row = activity.find(other => other.id === id);
	if (!row) {
		return {title: 'activity', lines: [[], ...factLines(context, 'gone', 'it is too old to be kept here: cronsole activity shows more')]};
	}

	const {at, level, actor, address, subject, message} = row;
	return {
		title: subject,
		lines: [
			[],
			...factLines(context, level, message, level === 'error' ? 'bad' : (level === 'warning' ? 'warning' : 'plain')),
			...factLines(context, 'about', subject),
			...factLines(context, 'by', address === null ? actor : `${actor} from ${address}`),
			...factLines(context, 'at', context.times.full(at)),
		],
	};
};
