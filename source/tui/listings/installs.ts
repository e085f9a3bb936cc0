import {installName, type Install} from '../../domain/install.js';
import {resolveTaskStates} from '../../domain/task-state.js';
import {type ColumnSpec} from '../components/columns.js';
import {formatSpan} from '../format.js';
import {createStartOf, startText, type StartOf} from '../install-starts.js';
import {installStep, installWords} from '../install-words.js';
import {type ListRow, type View} from '../listing.js';
import {mapInSlices} from './map-in-slices.js';
import {
	agoText,
	aboutOf,
	summaryOf,
	wordsOf,
} from './row.js';

const most = 20_000;

const specs: readonly ColumnSpec[] = [
	{
		key: 'site', title: 'Site', least: 14, most: 40,
	},
	{
		key: 'ref', title: 'Ref', least: 3, most: 7, from: 50,
	},
	{
		key: 'state', title: 'State', least: 7, most: 11,
	},
	{
		key: 'step', title: 'Step', least: 4, most: 4, from: 70, align: 'right',
	},
	{
		key: 'account', title: 'Account', least: 10, most: 30, from: 95,
	},
	{
		key: 'application', title: 'Application', least: 11, most: 20, from: 130,
	},
	{
		key: 'client', title: 'Client', least: 16, most: 36, from: 160,
	},
	{
		key: 'attempt', title: 'Tries', least: 5, most: 5, from: 160, align: 'right',
	},
	{
		key: 'changed', title: 'Changed', least: 7, most: 7, from: 130, align: 'right',
	},
	{
		key: 'age', title: 'Age', least: 4, most: 4, from: 40, align: 'right',
	},
	{
		key: 'why', title: 'Why or when', least: 12, most: 200, isWide: true,
	},
];

const rowOf = (line: Install, startOf: StartOf): ListRow => {
	const {
		domain, reference, account, panel, application, state, kind, client, adminEmail, createdAt,
	} = line;
	const words = installWords(line, '');
	return {
		id: installName(line),
		words: wordsOf(
			domain, installName(line), reference, `${account}@${panel}`, application, kind, client.email, client.name, adminEmail, words.state, words.why, state === 'failed' ? '!' : '',
		),
		keys: [0, domain, createdAt, -createdAt, panel],
		about: {kind: 'install', line, startsAt: startOf(line)},
	};
};

/** Every install, what is over too. */
export const installsView: View = {
	name: 'installs',
	key: '3',
	title: 'Installs',
	sorts: ['state', 'name', 'oldest', 'newest', 'panel'],
	isSearched: false,
	isFollowed: false,
	paneFrom: 120,
	madeOf: ['installs', 'task_settings', 'holds', 'runs'],
	// When one starts by itself stands in its row.
	freshMs: 15_000,
	async read(app, {settings, now}) {
		const {listings, taskSettings, runs} = app.read;
		const [{rows, total}, set, hold, lastRuns] = await Promise.all([listings.installs(most), taskSettings.list(now), taskSettings.findHold(now), runs.listLast()]);
		const startOf = createStartOf({hold, lastRuns}, {settings, tasks: resolveTaskStates(settings.tasks, set), now});
		const count = (wanted: Install['state']): number => rows.filter(({state}) => state === wanted).length;
		return {
			rows: await mapInSlices(rows, line => rowOf(line, startOf)),
			total,
			summary: summaryOf((['failed', 'running', 'pending'] as const).map(state => [count(state), state])),
			readAt: now,
		};
	},
	specs,
	cellsOf(row, context) {
		const {line, startsAt = null} = aboutOf(row, 'install');
		const {state, why} = installWords(line, startText(startsAt, context.now));
		return {
			id: row.id,
			flag: line.state === 'failed' ? '!' : ' ',
			site: line.domain,
			ref: row.id,
			state,
			step: installStep(line),
			account: `${line.account}@${line.panel}`,
			application: line.application,
			client: line.client.email,
			attempt: line.attempt === 0 ? '' : String(line.attempt),
			changed: formatSpan(context.now - line.updatedAt),
			age: agoText(line.createdAt, context),
			why,
		};
	},
	styleOf(row, column) {
		if (column === 'state' || column === 'why') {
			const isRunning = column === 'state' && row.state?.startsWith('running');
			return row.flag === '!' ? 'bad' : (isRunning ? 'accent' : 'plain');
		}

		return column === 'site' ? 'strong' : (['ref', 'step', 'age', 'changed', 'attempt'].includes(column) ? 'dim' : 'plain');
	},
	empty: 'no install yet: n orders one',
};
