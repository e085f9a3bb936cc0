import {type Activity} from '../domain/activity.js';
import {taskTable} from '../domain/task.js';
import {busySince} from './busy-since.js';
import {viewOf} from './listings/all-views.js';
import {type ListRow, viewNames} from './listing.js';
import {
	listOf,
	panels,
	type Install,
	type ListName,
	type PanelName,
	type State,
	type VmInWork,
} from './state.js';

type Sort<T> = {readonly name: string; readonly compare: ((a: T, b: T) => number) | null};

const byText = (a: string, b: string): number => a < b ? -1 : Number(a > b);

const vmSorts: ReadonlyArray<Sort<VmInWork>> = [
	{name: 'need first', compare: null},
	{name: 'name', compare: (a, b) => byText(a.vm.hostname, b.vm.hostname)},
	{name: 'longest', compare: (a, b) => busySince(a) - busySince(b)},
];

const installSorts: ReadonlyArray<Sort<Install>> = [
	{name: 'state', compare: null},
	{name: 'name', compare: (a, b) => byText(a.domain, b.domain)},
	{name: 'oldest', compare: (a, b) => a.createdAt - b.createdAt},
];

const panelSorts: Readonly<Record<PanelName, readonly string[]>> = {
	tasks: ['fixed'],
	vms: vmSorts.map(({name}) => name),
	installs: installSorts.map(({name}) => name),
	activity: ['time'],
};

/** The sort orders of a list by name; one: it has no other. */
export const sortNames = (list: ListName): readonly string[] => {
	const view = viewNames.find(name => list === `${name}-view`);
	return view === undefined ? panelSorts[panels.find(name => name === list)!] : viewOf(view).sorts;
};

const shown = <T>(rows: readonly T[], filter: string, words: (row: T) => string, sort?: Sort<T>): readonly T[] => {
	const wanted = filter.toLowerCase();
	const kept = wanted === '' ? rows : rows.filter(row => words(row).toLowerCase().includes(wanted));
	return sort?.compare ? kept.toSorted(sort.compare) : kept;
};

export const tasksShown = (state: State): ReadonlyArray<typeof taskTable[number]> =>
	shown(taskTable, state.filters.tasks, ({name, title}) => `${name} ${title}`);

export const vmsShown = (state: State): readonly VmInWork[] =>
	shown(state.overview?.vmsInWork ?? [], state.filters.vms, ({vm, operation}) => [
		vm.hostname, vm.reference, `v${vm.id}`, vm.cluster, vm.node ?? '', vm.status, operation?.waitingFor ?? '', vm.needsAttention?.reason ?? '',
	].join(' '), vmSorts[state.sorts.vms]);

export const installsShown = (state: State): readonly Install[] =>
	shown(state.overview?.installs ?? [], state.filters.installs, install =>
		[install.domain, install.reference, install.account, install.state, install.panel, install.application, install.cause ?? ''].join(' '), installSorts[state.sorts.installs]);

export const activityShown = (state: State): readonly Activity[] =>
	shown(state.overview?.activity ?? [], state.filters.activity, ({actor, subject, message, level}) => `${level} ${actor} ${subject} ${message}`);

/** The rows of the view that is open. */
export const rowsShown = ({view, listings}: State): readonly ListRow[] => view === null ? [] : listings[view]?.rows ?? [];

const ofPanel = (state: State, panel: PanelName): readonly string[] => {
	switch (panel) {
		case 'tasks': {
			return tasksShown(state).map(({name}) => name);
		}

		case 'vms': {
			return vmsShown(state).map(({vm}) => String(vm.id));
		}

		case 'installs': {
			return installsShown(state).map(({id}) => String(id));
		}

		case 'activity': {
			return activityShown(state).map(({id}) => String(id));
		}
	}
};

/** The ids of a list's rows, in the order in which they stand. */
export const idsShown = (state: State, list: ListName): readonly string[] => {
	const view = viewNames.find(name => list === `${name}-view`);
	return view === undefined ? ofPanel(state, panels.find(name => name === list)!) : state.listings[view]?.ids ?? [];
};

/** Whether the newest row stands at the end, and is followed while nobody has chosen another. */
export const isFollowed = (list: ListName): boolean => list === 'activity' || viewNames.some(name => list === `${name}-view` && viewOf(name).isFollowed);

/** Where the selection stands; a row that went away leaves it at the top, of what is followed at the end. −1: there is no row. */
export const selectedIndex = (state: State, list: ListName): number => {
	const ids = idsShown(state, list);
	const chosen = state.selected[list];
	const index = chosen === null ? -1 : ids.indexOf(chosen);
	if (index !== -1) {
		return index;
	}

	return isFollowed(list) ? ids.length - 1 : Math.min(0, ids.length - 1);
};

/** The row of the open view that has the cursor. */
export const chosenRow = (state: State): ListRow | undefined => state.view === null ? undefined : rowsShown(state)[selectedIndex(state, listOf(state))];

/** The first row of a window of `height` rows that keeps the selected one in sight. */
export const windowStart = (count: number, selected: number, height: number): number =>
	Math.max(0, Math.min(selected - Math.floor(height / 2), count - height));
