import {type Activity} from '../domain/activity.js';
import {type Incident} from '../domain/incident.js';
import {taskTable, type TaskName} from '../domain/task.js';
import {listNeeds, type Need} from './needs.js';
import {
	topPage,
	type Install,
	type Lock,
	type PanelName,
	type State,
	type Target,
	type VmInWork,
} from './state.js';

type Sort<T> = {readonly name: string; readonly compare: ((a: T, b: T) => number) | null};

const byText = (a: string, b: string): number => a < b ? -1 : Number(a > b);

/** How long a VM has been at what it does, in ms since the epoch. */
export const busySince = ({vm, operation}: VmInWork): number =>
	vm.needsAttention?.since ?? operation?.stepSince ?? operation?.startedAt ?? operation?.requestedAt ?? 0;

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

/** The sort orders of a panel by name; one: it has no other. */
export const sortNames: Readonly<Record<PanelName, readonly string[]>> = {
	tasks: ['fixed'],
	vms: vmSorts.map(({name}) => name),
	installs: installSorts.map(({name}) => name),
	activity: ['time'],
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

/** The ids of a panel's rows, in the order in which they stand. */
export const idsShown = (state: State, panel: PanelName): readonly string[] => {
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

/** Where the selection stands; a row that went away leaves it at the top, of the activity at the end. −1: there is no row. */
export const selectedIndex = (state: State, panel: PanelName): number => {
	const ids = idsShown(state, panel);
	const index = state.selected[panel] === null ? -1 : ids.indexOf(state.selected[panel]);
	if (index !== -1) {
		return index;
	}

	return panel === 'activity' ? ids.length - 1 : Math.min(0, ids.length - 1);
};

/** The first row of a window of `height` rows that keeps the selected one in sight. */
export const windowStart = (count: number, selected: number, height: number): number =>
	Math.max(0, Math.min(selected - Math.floor(height / 2), count - height));

/** What a key is about: the row under the cursor of whatever is on top. */
export type Subject =
	| {readonly kind: 'task'; readonly name: TaskName}
	| {readonly kind: 'vm'; readonly id: number; readonly row: VmInWork | undefined}
	| {readonly kind: 'install'; readonly id: number; readonly row: Install | undefined}
	| {readonly kind: 'incident'; readonly incident: Incident}
	| {readonly kind: 'lock'; readonly lock: Lock}
	| {readonly kind: 'leader'}
	| {readonly kind: 'activity'; readonly row: Activity};

const ofVm = (state: State, id: number): Subject => ({kind: 'vm', id, row: state.overview?.vmsInWork.find(({vm}) => vm.id === id)});
const ofInstall = (state: State, id: number): Subject => ({kind: 'install', id, row: state.overview?.installs.find(install => install.id === id)});

/** The rows of the page of needs, and which is selected. */
export const needsShown = (state: State): {readonly needs: readonly Need[]; readonly index: number} => {
	const page = topPage(state);
	const needs = state.overview ? listNeeds(state.overview, state.now) : [];
	const index = page?.kind === 'needs' ? needs.findIndex(({id}) => id === page.selected) : -1;
	return {needs, index: index === -1 ? Math.min(0, needs.length - 1) : index};
};

const ofNeed = (state: State, {about}: Need): Subject => {
	if (about.kind === 'vm') {
		return ofVm(state, about.vm.vm.id);
	}

	return about.kind === 'install' ? ofInstall(state, about.install.id) : about;
};

const ofPanel = (state: State): Subject | undefined => {
	const id = idsShown(state, state.panel)[selectedIndex(state, state.panel)];
	if (id === undefined) {
		return undefined;
	}

	switch (state.panel) {
		case 'tasks': {
			return {kind: 'task', name: tasksShown(state).find(({name}) => name === id)!.name};
		}

		case 'vms': {
			return ofVm(state, Number(id));
		}

		case 'installs': {
			return ofInstall(state, Number(id));
		}

		case 'activity': {
			return {kind: 'activity', row: activityShown(state).find(row => String(row.id) === id)!};
		}
	}
};

const ofTarget = (state: State, target: Target): Subject | undefined => {
	switch (target.kind) {
		case 'task': {
			return target;
		}

		case 'vm': {
			return ofVm(state, target.id);
		}

		case 'install': {
			return ofInstall(state, target.id);
		}

		case 'incident': {
			const incident = state.overview?.incidents.find(({id}) => id === target.id);
			return incident && {kind: 'incident', incident};
		}

		case 'activity': {
			const row = state.overview?.activity.find(({id}) => id === target.id);
			return row && {kind: 'activity', row};
		}
	}
};

export const subjectOf = (state: State): Subject | undefined => {
	const page = topPage(state);
	switch (page?.kind) {
		case undefined: {
			return ofPanel(state);
		}

		case 'needs': {
			const {needs, index} = needsShown(state);
			return needs[index] && ofNeed(state, needs[index]);
		}

		case 'detail': {
			const {target} = page;
			return ofTarget(state, target);
		}

		case 'help': {
			return undefined;
		}
	}
};

/** The incident that `a` acknowledges: that of the chosen row, also where the row is a VM, an install or a lock. */
export const incidentOf = (state: State): Incident | undefined => {
	const page = topPage(state);
	if (page?.kind === 'detail') {
		const subject = ofTarget(state, page.target);
		return subject?.kind === 'incident' ? subject.incident : undefined;
	}

	if (page?.kind !== 'needs') {
		return undefined;
	}

	const {needs, index} = needsShown(state);
	return needs[index]?.incident ?? undefined;
};

/** The install that `u` takes back: the chosen one, while it is asked to stop, else the one that was dropped last here. */
export const droppedOf = (state: State): {readonly id: number; readonly version?: number} | undefined => {
	const subject = subjectOf(state);
	if (subject?.kind === 'install' && subject.row?.isDropAsked) {
		return {id: subject.id};
	}

	return state.dropped ? {id: state.dropped.id, version: state.dropped.version} : undefined;
};
