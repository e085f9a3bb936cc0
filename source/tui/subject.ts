import {type Activity} from '../domain/activity.js';
import {type Incident} from '../domain/incident.js';
import {type BackupLine, type SnapshotLine, type TrafficLine} from '../domain/listing.js';
import {type TaskName} from '../domain/task.js';
import {type Vm} from '../domain/vm.js';
import {
	activityShown,
	chosenRow,
	idsShown,
	selectedIndex,
	tasksShown,
} from './lists.js';
import {type RowAbout} from './listing.js';
import {listNeeds, type Need} from './needs.js';
import {
	topPage,
	type Install,
	type Lock,
	type State,
	type Target,
} from './state.js';

/** What a key is about: the row under the cursor of whatever is on top. */
export type Subject =
	| {readonly kind: 'task'; readonly name: TaskName}
	/** `vm` and `row`: as the screen knows them; undefined where it does not. */
	| {readonly kind: 'vm'; readonly id: number; readonly vm: Pick<Vm, 'hostname' | 'needsAttention'> | undefined}
	| {readonly kind: 'install'; readonly id: number; readonly row: Install | undefined}
	| {readonly kind: 'incident'; readonly incident: Incident}
	| {readonly kind: 'lock'; readonly lock: Lock}
	| {readonly kind: 'leader'}
	| {readonly kind: 'backup'; readonly line: BackupLine}
	| {readonly kind: 'snapshot'; readonly line: SnapshotLine}
	| {readonly kind: 'traffic'; readonly line: TrafficLine}
	| {readonly kind: 'activity'; readonly row: Activity};

type Lines = {readonly [About in RowAbout as About['kind']]: About['line']};

/** A line that was read for a view, by its kind and id. */
const findLine = <Kind extends keyof Lines>(state: State, kind: Kind, id: string): Lines[Kind] | undefined => {
	const about = Object.values(state.listings)
		.map(shown => shown?.listing.rows.find(row => row.id === id && row.about.kind === kind)?.about)
		.find(found => found !== undefined);
	return about?.line as Lines[Kind] | undefined;
};

export const ofVm = (state: State, id: number): Subject => ({
	kind: 'vm', id, vm: state.overview?.vmsInWork.find(({vm}) => vm.id === id)?.vm ?? findLine(state, 'vm', `v${id}`),
});

export const ofInstall = (state: State, id: number): Subject => ({
	kind: 'install', id, row: state.overview?.installs.find(install => install.id === id) ?? findLine(state, 'install', `i${id}`),
});

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

const ofRow = (about: RowAbout | undefined): Subject | undefined => {
	switch (about?.kind) {
		case 'vm': {
			return {kind: 'vm', id: about.line.id, vm: about.line};
		}

		case 'install': {
			return {kind: 'install', id: about.line.id, row: about.line};
		}

		case 'activity': {
			return {kind: 'activity', row: about.line};
		}

		case 'backup':
		case 'snapshot':
		case 'traffic':
		case undefined: {
			return about;
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
			const row = state.overview?.activity.find(({id}) => id === target.id) ?? findLine(state, 'activity', `a${target.id}`);
			return row && {kind: 'activity', row};
		}

		case 'backup': {
			const line = findLine(state, 'backup', `b${target.id}`);
			return line && {kind: 'backup', line};
		}

		case 'snapshot': {
			const line = findLine(state, 'snapshot', `s${target.id}`);
			return line && {kind: 'snapshot', line};
		}

		case 'traffic': {
			const line = findLine(state, 'traffic', `t${target.vmId}`);
			return line && {kind: 'traffic', line};
		}
	}
};

export const subjectOf = (state: State): Subject | undefined => {
	const page = topPage(state);
	switch (page?.kind) {
		case undefined: {
			return state.view === null ? ofPanel(state) : ofRow(chosenRow(state)?.about);
		}

		case 'needs': {
			const {needs, index} = needsShown(state);
			return needs[index] && ofNeed(state, needs[index]);
		}

		case 'detail': {
			return ofTarget(state, page.target);
		}

		case 'help':
		case 'output': {
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

/** The install that `u` takes back: the chosen one, while it is asked to stop or was dropped, else the one that was dropped last here. */
export const droppedOf = (state: State): {readonly id: number; readonly version?: number} | undefined => {
	const subject = subjectOf(state);
	if (subject?.kind === 'install' && subject.row?.isDropAsked) {
		return {id: subject.id};
	}

	if (subject?.kind === 'install' && subject.row?.state === 'dropped') {
		return {id: subject.id, version: subject.row.version};
	}

	return state.dropped ? {id: state.dropped.id, version: state.dropped.version} : undefined;
};
