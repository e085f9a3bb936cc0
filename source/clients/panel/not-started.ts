import {safeText} from '../../domain/safe-text.js';
import {ClientError} from '../client-error.js';

const denials: Readonly<Record<string, string>> = {
	ENOENT: 'is not there (or what its first line names is not)',
	ENOTDIR: 'is not there',
	EACCES: 'may not be executed by us',
	EPERM: 'may not be executed by us',
	ENOEXEC: 'is no program for this machine',
	EISDIR: 'is a folder',
	ELOOP: 'is a link that leads nowhere',
};

/** What it means that a panel's program cannot be started, by the system's code: nothing was begun. */
export const notStarted = (peer: string, file: string, code: string): ClientError => {
	if (code === 'ABORT_ERR') {
		return new ClientError('stopped before the panel was asked', {peer, kind: 'transient'});
	}

	const denial = denials[code];
	return new ClientError(safeText(denial === undefined ? `${file} cannot be started now (${code})` : `${file} ${denial}`), {
		peer, kind: denial === undefined ? 'transient' : 'denied', scope: 'cluster',
	});
};
