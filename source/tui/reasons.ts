import {taskLock} from '../domain/task.js';
import {formHere} from './forms-here.js';
import {sortNames} from './lists.js';
import {staleLocks} from './needs.js';
import {targetOf} from './opening.js';
import {listOf, topPage, type State} from './state.js';
import {droppedOf, incidentOf, subjectOf} from './subject.js';

/** Why a key does nothing here; null: it does. */
export type Reason = (state: State) => string | null;

export const always: Reason = () => null;
export const onList: Reason = state => topPage(state) === undefined ? null : 'go back to the rows (esc)';

export const onFirstView: Reason = state => onList(state) ?? (state.view === null ? null : 'there is one list here: 1 is the view with several');

const unread = 'the database is still being read';

/** Nothing is known before the first look. */
export const onOverview: Reason = ({overview}) => overview === null ? unread : null;

export const onTask: Reason = state => onOverview(state) ?? (subjectOf(state)?.kind === 'task' ? null : 'choose a task first (tab)');

export const onLock: Reason = state => {
	const subject = subjectOf(state);
	if (state.overview === null) {
		return unread;
	}

	if (subject?.kind === 'lock') {
		return null;
	}

	if (subject?.kind !== 'task') {
		return 'choose a task first (tab)';
	}

	return state.overview?.leases.some(({name}) => name === taskLock(subject.name)) ? null : 'its lock is free';
};

export const onStaleLocks: Reason = state => state.overview && staleLocks(state.overview).length > 0 ? null : 'no lock is stale';

export const onDroppable: Reason = state => {
	const subject = subjectOf(state);
	if (subject?.kind !== 'install') {
		return 'choose an install first (tab)';
	}

	if (subject.row?.isDropAsked) {
		return 'it stops at its next step\'s border already (u takes that back)';
	}

	return subject.row && ['pending', 'running', 'failed'].includes(subject.row.state) ? null : 'this install is over';
};

export const onRetryable: Reason = state => {
	const subject = subjectOf(state);
	if (subject?.kind === 'vm') {
		return subject.vm?.needsAttention ? null : 'this VM needs nobody: it goes on by itself';
	}

	if (subject?.kind === 'install') {
		const isTried = subject.row?.state === 'failed' || (subject.row?.state === 'pending' && subject.row.attempt > 0);
		return isTried ? null : 'only an install that failed, or waits for its next try, is tried again';
	}

	return subject?.kind === 'incident' ? 'this takes a command: what helps stands here, : runs it' : 'choose one that needs you (tab)';
};

export const onIncident: Reason = state => {
	if (incidentOf(state)) {
		return null;
	}

	return (state.overview?.incidents.length ?? 0) > 0 ? 'choose an incident (!)' : 'there is no incident';
};

export const onDetails: Reason = state => {
	const subject = subjectOf(state);
	if (topPage(state)?.kind === 'detail') {
		return 'these are the details';
	}

	return targetOf(subject) === undefined ? 'there are no details to this' : null;
};

export const onLeaderless: Reason = ({overview, mayLead}) => {
	if (!mayLead) {
		return 'this console was started with --watch';
	}

	if (!overview) {
		return unread;
	}

	return overview.leader ? 'somebody leads already' : null;
};

export const onSubject: Reason = state => subjectOf(state) === undefined ? 'there is no row here' : null;

export const onSortable: Reason = state => onList(state) ?? (sortNames(listOf(state)).length > 1 ? null : 'these rows keep their order');

export const onForm: Reason = state => {
	if (formHere(state) !== undefined) {
		return null;
	}

	return state.view === 'backups' && topPage(state) === undefined ? 'no row says for which VM: backup schedule REF, behind :' : 'there is nothing to make here: 2 has VMs, 3 installs, 4 backups';
};

export const onDropped: Reason = state => droppedOf(state) ? null : 'nothing was dropped here';
