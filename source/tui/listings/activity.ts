import {type Activity, type Level} from '../../domain/activity.js';
import {type ColumnSpec} from '../components/columns.js';
import {type ListRow, type View} from '../listing.js';
import {type Style} from '../theme.js';
import {
	aboutOf,
	summaryOf,
	wordsOf,
	whenText,
} from './row.js';

const most = 2000;

const levels = ['debug', 'info', 'warning', 'error'] as const satisfies readonly Level[];

const specs: readonly ColumnSpec[] = [
	{
		key: 'when', title: 'When', least: 11, most: 11, below: 110,
	},
	{
		key: 'full', title: 'When', least: 23, most: 27, from: 110,
	},
	{
		key: 'level', title: 'Level', least: 7, most: 7, from: 50,
	},
	{
		key: 'actor', title: 'Who', least: 9, most: 14, from: 85, below: 110,
	},
	{
		key: 'who', title: 'Who', least: 9, most: 40, from: 110,
	},
	{
		key: 'about', title: 'About', least: 12, most: 36,
	},
	{
		key: 'message', title: 'What', least: 14, most: 400, isWide: true,
	},
];

const styles: Readonly<Record<string, Style>> = {
	debug: 'dim', info: 'plain', warning: 'warning', error: 'bad',
} satisfies Record<Level, Style>;

const rowOf = (line: Activity): ListRow => ({
	id: `a${line.id}`,
	words: wordsOf(line.level, line.actor, line.address, line.subject, line.message),
	keys: [line.id],
	about: {kind: 'activity', line},
});

/** What a filter asks of the log: `warning web1` is what is at least a warning and has `web1` in it. */
export const searchOf = (filter: string): {readonly text: string; readonly level: Level | null} => {
	const [first = '', ...rest] = filter.trim().split(/\s+/);
	const level = levels.find(name => name === first.toLowerCase());
	return level === undefined ? {text: filter.trim(), level: null} : {text: rest.join(' '), level};
};

/** The activity log, searched in the store: it has no end. */
export const activityView: View = {
	name: 'activity',
	key: '6',
	title: 'Activity',
	sorts: ['time'],
	isSearched: true,
	isFollowed: true,
	paneFrom: 180,
	madeOf: ['activity'],
	freshMs: 300_000,
	async read(app, {filter, now}) {
		const {rows, total} = await app.read.listings.activity({...searchOf(filter), limit: most});
		const count = (wanted: Level): number => rows.filter(({level}) => level === wanted).length;
		return {
			rows: rows.map(line => rowOf(line)),
			total,
			summary: summaryOf([[count('error'), count('error') === 1 ? 'error' : 'errors'], [count('warning'), count('warning') === 1 ? 'warning' : 'warnings']]),
			readAt: now,
		};
	},
	specs,
	cellsOf(row, {times, now}) {
		const {line} = aboutOf(row, 'activity');
		return {
			id: row.id,
			flag: ' ',
			when: whenText(times, line.at, now),
			full: times.full(line.at),
			level: line.level,
			actor: line.actor,
			who: line.address === null ? line.actor : `${line.actor} (${line.address})`,
			about: line.subject,
			message: line.message,
		};
	},
	styleOf(row, column) {
		if (column === 'level' || column === 'message') {
			return styles[row.level!] ?? 'plain';
		}

		return column === 'about' ? 'strong' : (column === 'when' || column === 'full' ? 'dim' : 'plain');
	},
	empty: 'nothing happened yet: whatever a person or a task does stands here',
};
