import {taskNames, taskLock} from '../domain/task.js';
import {topPage, type State, type Target} from './state.js';
import {needsShown, subjectOf, type Subject} from './subject.js';

/** The page of details that belongs to a row. Undefined: there is none. */
export const targetOf = (subject: Subject | undefined): Target | undefined => {
	switch (subject?.kind) {
		case 'task': {
			return {kind: 'task', name: subject.name};
		}

		case 'vm':
		case 'install': {
			return {kind: subject.kind, id: subject.id};
		}

		case 'incident': {
			return {kind: 'incident', id: subject.incident.id};
		}

		case 'lock': {
			const name = taskNames.find(task => taskLock(task) === subject.lock.name);
			return name === undefined ? undefined : {kind: 'task', name};
		}

		case 'backup':
		case 'snapshot': {
			return {kind: subject.kind, id: subject.line.id, vmId: subject.line.vmId};
		}

		case 'traffic': {
			return {kind: 'traffic', vmId: subject.line.vmId};
		}

		case 'activity': {
			const {id, vmId, installId} = subject.row;
			if (vmId !== null) {
				return {kind: 'vm', id: vmId};
			}

			return installId === null ? {kind: 'activity', id} : {kind: 'install', id: installId};
		}

		case 'leader':
		case undefined: {
			return undefined;
		}
	}
};

const nameOf = (subject: Subject | undefined): string => {
	switch (subject?.kind) {
		case 'task': {
			return subject.name;
		}

		case 'vm': {
			return subject.vm?.hostname ?? `v${subject.id}`;
		}

		case 'install': {
			return subject.row?.domain ?? `i${subject.id}`;
		}

		case 'backup': {
			return subject.line.volid ?? `b${subject.line.id}`;
		}

		case 'snapshot': {
			return subject.line.name;
		}

		case 'traffic': {
			return subject.line.hostname;
		}

		case 'activity': {
			return `${subject.row.subject}: ${subject.row.message}`;
		}

		case 'incident': {
			return subject.incident.cause;
		}

		case 'lock': {
			return subject.lock.name;
		}

		case 'leader':
		case undefined: {
			return '';
		}
	}
};

/** What `y` copies: the command that helps, where the page of needs is on top, else what the row is called. */
export const copyText = (state: State): string => {
	const {needs, index} = needsShown(state);
	const command = topPage(state)?.kind === 'needs' ? needs[index]?.command : undefined;
	return command ?? nameOf(subjectOf(state));
};
