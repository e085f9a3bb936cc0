import {type FormName} from './forms/form.js';
import {incidentVm} from './needs.js';
import {topPage, type State} from './state.js';
import {subjectOf, type Subject} from './subject.js';

/** The VM that a row belongs to, `v101`. */
export const vmOf = (subject: Subject | undefined): string | null => {
	switch (subject?.kind) {
		case 'vm': {
			return `v${subject.id}`;
		}

		case 'backup':
		case 'snapshot':
		case 'traffic': {
			return `v${subject.line.vmId}`;
		}

		case 'activity': {
			return subject.row.vmId === null ? null : `v${subject.row.vmId}`;
		}

		case 'incident': {
			return incidentVm(subject.incident);
		}

		case 'install':
		case 'lock':
		case 'leader':
		case 'task':
		case undefined: {
			return null;
		}
	}
};

/** What `n` makes here; undefined: nothing. */
export const formHere = (state: State): FormName | undefined => {
	if (topPage(state) !== undefined) {
		return undefined;
	}

	if (state.view === 'backups') {
		return vmOf(subjectOf(state)) === null ? undefined : 'schedule';
	}

	const list = state.view ?? state.panel;
	return list === 'vms' ? 'vm' : (list === 'installs' ? 'install' : undefined);
};
