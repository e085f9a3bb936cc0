import {formatInterval} from '../domain/duration.js';
import {taskLock, taskTable, type TaskName} from '../domain/task.js';
import {resolveTaskStates} from '../domain/task-state.js';
import {formatCount, formatSpan} from './format.js';
import {type CommandName} from './keymap.js';
import {leadingQuestion} from './leading.js';
import {openForm} from './forms/reduce-form.js';
import {formHere, vmOf} from './forms-here.js';
import {leave, oneBack} from './leaving.js';
import {type ViewName} from './listing.js';
import {sortNames} from './lists.js';
import {moving, sideways} from './moving.js';
import {lockTitle, staleLocks} from './needs.js';
import {copyText, targetOf} from './opening.js';
import {hereOf, paletteStart} from './command-line.js';
import {
	ask,
	listOf,
	panels,
	say,
	topPage,
	wish,
	type Effect,
	type Lock,
	type Page,
	type State,
} from './state.js';
import {droppedOf, incidentOf, subjectOf} from './subject.js';

type Does = (state: State) => State;

const withTask = (does: (state: State, name: TaskName) => State): Does => state => {
	const subject = subjectOf(state);
	return subject?.kind === 'task' ? does(state, subject.name) : state;
};

const whose = ({owner}: Lock): string => `${owner.kind} ${owner.host}:${owner.pid}`;

const clearLock: Does = state => {
	const subject = subjectOf(state);
	const lock = subject?.kind === 'lock'
		? subject.lock
		: state.overview?.leases.find(({name}) => subject?.kind === 'task' && name === taskLock(subject.name));
	if (!lock) {
		return state;
	}

	if (lock.stale) {
		return wish(state, {
			kind: 'clear-lock', lock: lock.name, fence: lock.fence, isForced: false,
		});
	}

	const task = taskTable.find(({name}) => taskLock(name) === lock.name);
	return ask(state, {
		title: `Clear the live lock of ${lockTitle(lock.name)}?`,
		lines: [
			`${whose(lock)} holds it since ${formatSpan(state.now - lock.acquiredAt)} and is alive.`,
			'Its run ends at its next write, and another may start at once.',
		],
		yes: 'Clear',
		typed: task ? [task.name, task.alias, task.title] : [lock.name],
		effect: {
			kind: 'clear-lock', lock: lock.name, fence: lock.fence, isForced: true,
		},
	});
};

const clearStale: Does = state => {
	const stale = state.overview ? staleLocks(state.overview) : [];
	return ask(state, {
		title: `Clear ${formatCount(stale.length, 'stale lock')}?`,
		lines: stale.map(lock => `${lockTitle(lock.name)}: ${whose(lock)}, since ${formatSpan(state.now - lock.acquiredAt)}`),
		yes: 'Clear',
		typed: null,
		effect: {kind: 'clear-stale'},
	});
};

const drop: Does = state => {
	const subject = subjectOf(state);
	if (subject?.kind !== 'install' || !subject.row) {
		return state;
	}

	const {id, version, domain, account, state: standing} = subject.row;
	const isRunning = standing === 'running';
	return ask(state, {
		title: `Drop the ${isRunning ? 'running install' : 'install'} of ${domain}?`,
		lines: [
			...(isRunning ? ['It stops at its next step\'s border: what the panel is at now ends first.'] : []),
			`The account ${account} stays; the client gets no mail.`,
			'u takes it back.',
		],
		yes: 'Drop',
		typed: null,
		effect: {kind: 'drop', id, ...(!isRunning && {version})},
	});
};

const tryAgain: Does = state => {
	const subject = subjectOf(state);
	if (subject?.kind === 'vm') {
		return wish(state, {kind: 'retry-vm', id: subject.id});
	}

	return subject?.kind === 'install' && subject.row ? wish(state, {kind: 'retry-install', id: subject.id, version: subject.row.version}) : state;
};

const acknowledge: Does = state => {
	const incident = incidentOf(state);
	return incident ? wish(state, {kind: 'acknowledge', incident}) : state;
};

const hold: Does = state => state.overview?.hold
	? ask(state, {
		title: 'End the hold?',
		lines: [`${state.overview.hold.by} set it${state.overview.hold.reason === null ? '' : `: ${state.overview.hold.reason}`}.`, 'What waits goes on at once.'],
		yes: 'End it',
		typed: null,
		effect: {kind: 'end-hold', since: state.overview.hold.since},
	})
	: {...state, overlay: {kind: 'hold', text: ''}};

const open = (state: State, page: Page): State => ({...state, pages: [...state.pages, page]});

const details: Does = state => {
	const target = targetOf(subjectOf(state));
	return target
		? wish(open(state, {
			kind: 'detail', target, title: '', lines: null, top: 0,
		}), {kind: 'read-detail', target})
		: state;
};

const copy: Does = state => wish(state, {kind: 'copy', text: copyText(state)});

const lead: Does = state => state.overview ? ask(state, leadingQuestion(state.overview, state.now)) : state;

/** Another view; what lay over the last one is closed. */
const toView = (view: ViewName | null): Does => state => ({
	...state, view, pages: [], pane: null,
});

const follow: Does = state => {
	const there = state.view === null ? {...state, panel: 'activity' as const} : toView('activity')(state);
	return say({...there, selected: {...there.selected, [listOf(there)]: null}}, 'plain', 'following the newest activity');
};

const create: Does = state => {
	const form = formHere(state);
	return form === undefined ? state : openForm(state, form, form === 'schedule' ? vmOf(subjectOf(state)) : null);
};

const toPanel = (by: 1 | -1): Does => state => {
	const next = panels[(panels.indexOf(state.panel) + by + panels.length) % panels.length]!;
	return {...state, panel: next};
};

const sort: Does = state => {
	const list = listOf(state);
	const names = sortNames(list);
	const next = (state.sorts[list] + 1) % names.length;
	return say({...state, sorts: {...state.sorts, [list]: next}}, 'plain', `sorted by: ${names[next]!}`);
};

const taskEffect = (make: (state: State, task: TaskName) => Effect): Does => withTask((state, task) => wish(state, make(state, task)));

const settingOf = ({settings, overview}: State, task: TaskName) =>
	resolveTaskStates(settings.tasks, overview?.taskSettings ?? []).find(({name}) => name === task)!;

const editInterval = withTask((state, task) => {
	const {intervalSeconds} = settingOf(state, task);
	const text = intervalSeconds === 0 ? '0' : formatInterval(intervalSeconds);
	return {
		...state, overlay: {
			kind: 'interval', task, text, start: text,
		},
	};
});

/** What each key does to the state. */
export const commands: Readonly<Record<CommandName, Does>> = {
	...moving,
	run: taskEffect((_, task) => ({kind: 'run', task})),
	clearLock,
	clearStale,
	pause: taskEffect((state, task) => ({kind: settingOf(state, task).paused ? 'resume' : 'pause', task})),
	interval: editInterval,
	drop,
	undo(state) {
		const dropped = droppedOf(state);
		return dropped ? wish(state, {kind: 'undrop', ...dropped}) : state;
	},
	tryAgain,
	acknowledge,
	hold,
	lead,
	details,
	needs: state => open(state, {kind: 'needs', selected: null}),
	filter: state => ({...state, overlay: {kind: 'filter', text: state.filters[listOf(state)]}}),
	sort,
	follow,
	create,
	palette: state => ({
		...state, overlay: {
			kind: 'palette', text: paletteStart(state), index: 0, recalled: 0, here: hereOf(state),
		},
	}),
	copy,
	right: state => topPage(state)?.kind === 'output' ? sideways(state, 1) ?? state : details(state),
	left: state => sideways(state, -1) ?? oneBack(state) ?? state,
	nextPanel: toPanel(1),
	previousPanel: toPanel(-1),
	firstView: toView(null),
	vmsView: toView('vms'),
	installsView: toView('installs'),
	backupsView: toView('backups'),
	trafficView: toView('traffic'),
	activityView: toView('activity'),
	redraw: state => wish(state, {kind: 'redraw'}),
	help: state => open(state, {kind: 'help', top: 0}),
	back: state => oneBack(state) ?? state,
	quit: state => oneBack(state) ?? leave(state),
};
