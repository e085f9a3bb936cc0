import {type App} from '../../app.js';
import {type Level} from '../../domain/activity.js';
import {type Overview} from '../state.js';
import {type Style} from '../theme.js';
import {factLines, type Detail, type DetailContext} from './detail-lines.js';

const styles: Readonly<Record<Level, Style>> = {
	debug: 'dim', info: 'plain', warning: 'warning', error: 'bad',
};

/** One row of the activity in full, however old it is. */
export const readActivityDetail = async (app: App, id: number, {activity}: Pick<Overview, 'activity'>, context: DetailContext): Promise<Detail> => {
	const row = activity.find(other => other.id === id) ?? await app.read.activity.find(id);
	if (!row) {
		return {title: 'activity', lines: [[], ...factLines(context, 'gone', 'it was too old to be kept')]};
	}

	const {at, level, actor, address, subject, message} = row;
	return {
		title: subject,
		lines: [
			[],
			...factLines(context, level, message, styles[level]),
			...factLines(context, 'about', subject),
			...factLines(context, 'by', address === null ? actor : `${actor} from ${address}`),
			...factLines(context, 'at', context.times.full(at)),
		],
	};
};
