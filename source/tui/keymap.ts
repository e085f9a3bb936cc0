import {resolveTaskStates} from '../domain/task-state.js';
import {verbs, type VerbName} from '../intents/verbs.js';
import {formHere} from './forms-here.js';
import {type KeyName} from './keys.js';
import {isAtTop} from './leaving.js';
import {
	always,
	onDetails,
	onDroppable,
	onDropped,
	onFirstView,
	onForm,
	onIncident,
	onLeaderless,
	onList,
	onLock,
	onOverview,
	onRetryable,
	onSortable,
	onStaleLocks,
	onSubject,
	onTask,
	type Reason,
} from './reasons.js';
import {topPage, type State} from './state.js';
import {subjectOf} from './subject.js';

type Row = {
	/** The first one is the one that help and footer name. */
	readonly keys: readonly [KeyName, ...KeyName[]];
	readonly title: string;
	/** The rows of the verb table that it is a key to; none: it only moves about the screen. */
	readonly verbs: readonly VerbName[];
	/** Changes something without being a key to a verb. */
	readonly isWriting?: true;
	/** What the footer says; none, or empty: it does not stand there. */
	readonly label?: string | ((state: State) => string);
	readonly reason: Reason;
};

const isPaused = (state: State): boolean => {
	const subject = subjectOf(state);
	return subject?.kind === 'task' && resolveTaskStates(state.settings.tasks, state.overview?.taskSettings ?? []).some(({name, paused}) => name === subject.name && paused !== null);
};

/** Every key of the console. What changes something stands over a row of the verb table, so there is a command for it too. */
export const keymap = {
	run: {
		keys: ['r'], title: 'run the task now', verbs: ['task run'], label: 'run', reason: onTask,
	},
	clearLock: {
		keys: ['c'], title: 'clear its lock (asks first if it is live)', verbs: ['lock clear'], label: 'clear lock', reason: onLock,
	},
	clearStale: {
		keys: ['C'], title: 'list all stale locks, then clear them', verbs: ['lock clear'], reason: onStaleLocks,
	},
	pause: {
		keys: ['p'], title: 'pause the task, or let it run again', verbs: ['task pause', 'task resume'], label: state => isPaused(state) ? 'resume' : 'pause', reason: onTask,
	},
	interval: {
		keys: ['e'], title: 'edit how often the task runs', verbs: ['task interval'], label: 'interval', reason: onTask,
	},
	drop: {
		keys: ['d'], title: 'drop the install; a running one stops at its next step\'s border', verbs: ['install drop'], label: 'drop', reason: onDroppable,
	},
	undo: {
		keys: ['u'], title: 'take back the drop of this install, or of the one dropped last', verbs: ['install undrop'], label: 'undo drop', reason: onDropped,
	},
	tryAgain: {
		keys: ['t'], title: 'try again what needs a person', verbs: ['vm retry', 'install retry'], label: 'try again', reason: onRetryable,
	},
	acknowledge: {
		keys: ['a'], title: 'acknowledge the incident', verbs: ['ack'], label: 'acknowledge', reason: onIncident,
	},
	hold: {
		keys: ['H'], title: 'hold everything, or end the hold', verbs: ['hold', 'hold off'], label: state => state.overview?.hold ? 'end hold' : '', reason: onOverview,
	},
	lead: {
		keys: ['L'], title: 'lead here, where nobody leads', verbs: [], isWriting: true, label: 'lead here', reason: onLeaderless,
	},
	details: {
		keys: ['enter'], title: 'details', verbs: ['vm show', 'install show'], label: 'details', reason: onDetails,
	},
	needs: {
		keys: ['!'], title: 'what needs a person, with the command that helps', verbs: ['vm explain', 'incident list'], label: 'needs you', reason: state => topPage(state)?.kind === 'needs' ? 'this is it' : null,
	},
	filter: {
		keys: ['/'], title: 'filter the rows', verbs: [], label: 'filter', reason: onList,
	},
	sort: {
		keys: ['s'], title: 'sort the rows', verbs: [], reason: onSortable,
	},
	follow: {
		keys: ['f'], title: 'follow the newest activity', verbs: ['activity'], reason: onList,
	},
	create: {
		keys: ['n'], title: 'order a VM or an install, or set when a VM is backed up', verbs: ['vm create', 'install add', 'backup schedule'], label: state => `new ${formHere(state) ?? ''}`.trimEnd(), reason: onForm,
	},
	palette: {
		keys: [':'], title: 'every command, by a few of its letters', verbs: [], label: 'command', reason: always,
	},
	copy: {
		keys: ['y'], title: 'copy the name, or the command that helps', verbs: [], reason: onSubject,
	},
	nextPanel: {
		keys: ['tab'], title: 'next panel', verbs: [], reason: onFirstView,
	},
	previousPanel: {
		keys: ['shift-tab'], title: 'previous panel', verbs: [], reason: onFirstView,
	},
	right: {
		keys: ['right'], title: 'details; on a page that is wider than the screen to the right', verbs: [], reason: state => topPage(state)?.kind === 'output' ? null : onDetails(state),
	},
	left: {
		keys: ['left'], title: 'one level back; on such a page to the left', verbs: [], reason: always,
	},
	down: {
		keys: ['j', 'down'], title: 'down', verbs: [], reason: always,
	},
	up: {
		keys: ['k', 'up'], title: 'up', verbs: [], reason: always,
	},
	first: {
		keys: ['g', 'home'], title: 'first row', verbs: [], reason: always,
	},
	last: {
		keys: ['G', 'end'], title: 'last row', verbs: [], reason: always,
	},
	halfDown: {
		keys: ['ctrl-d', 'page-down'], title: 'half a page down', verbs: [], reason: always,
	},
	halfUp: {
		keys: ['ctrl-u', 'page-up'], title: 'half a page up', verbs: [], reason: always,
	},
	firstView: {
		keys: ['1'], title: 'the first view', verbs: ['status'], reason: always,
	},
	vmsView: {
		keys: ['2'], title: 'all VMs', verbs: ['vm list'], reason: always,
	},
	installsView: {
		keys: ['3'], title: 'all installs', verbs: ['install list'], reason: always,
	},
	backupsView: {
		keys: ['4'], title: 'all backups and snapshots', verbs: ['backup list', 'snapshot list'], reason: always,
	},
	trafficView: {
		keys: ['5'], title: 'the traffic of each VM', verbs: ['usage'], reason: always,
	},
	activityView: {
		keys: ['6'], title: 'the whole activity log', verbs: ['activity'], reason: always,
	},
	redraw: {
		keys: ['ctrl-l'], title: 'draw the screen again', verbs: [], reason: always,
	},
	help: {
		keys: ['?'], title: 'the keys that are valid here', verbs: [], label: 'help', reason: state => topPage(state)?.kind === 'help' ? 'this is it' : null,
	},
	back: {
		keys: ['esc'], title: 'one level back', verbs: [], reason: always,
	},
	quit: {
		keys: ['q', 'ctrl-c'], title: 'one level back, at the top quit', verbs: [], label: state => isAtTop(state) ? 'quit' : 'back', reason: always,
	},
} as const satisfies Readonly<Record<string, Row>>;

export type CommandName = keyof typeof keymap;

export type Binding = Omit<Row, 'isWriting'> & {readonly command: CommandName; readonly isWriting: boolean};

const writes = (names: readonly VerbName[]): boolean => verbs.some(verb => verb.isWriting && names.includes(verb.name));

export const bindings: readonly Binding[] = Object.entries(keymap as Readonly<Record<string, Row>>).map(([command, row]) =>
	({...row, command: command as CommandName, isWriting: row.isWriting ?? writes(row.verbs)}));

/** The keys that are there: in a read-only session those that write are not. */
export const bindingsFor = (state: State): readonly Binding[] => bindings.filter(({isWriting}) => !(isWriting && state.isReadOnly));

export const findBinding = (key: KeyName): Binding | undefined => bindings.find(({keys}) => (keys as readonly KeyName[]).includes(key));

const keyTitles: Readonly<Record<KeyName, string>> = {'shift-tab': 'shift-tab', 'page-up': 'PgUp', 'page-down': 'PgDn'};

/** How a key is written for people: `ctrl-d` is `^d`. */
export const keyTitle = (key: KeyName): string => keyTitles[key] ?? key.replace(/^ctrl-/, '^');

/** What the footer offers now, the most particular first. */
export const footerHints = (state: State): ReadonlyArray<{readonly key: string; readonly label: string}> => bindingsFor(state)
	.filter(({reason}) => reason(state) === null)
	.map(({keys, label = ''}) => ({key: keyTitle(keys[0]), label: typeof label === 'string' ? label : label(state)}))
	.filter(({label}) => label !== '');

export type HelpRow = {readonly keys: string; readonly title: string; readonly command: string; readonly reason: string | null};

/** Every key with its command, in the table's order, and why it does nothing here, where it does not. */
export const helpRows = (state: State): readonly HelpRow[] => {
	const below = {...state, pages: state.pages.filter(({kind}) => kind !== 'help')};
	return bindingsFor(state).map(({keys, title, verbs: names, reason}) => ({
		keys: keys.map(key => keyTitle(key)).join(' '), title, command: names.map(name => `cronsole ${name}`).join(', '), reason: reason(below),
	}));
};
