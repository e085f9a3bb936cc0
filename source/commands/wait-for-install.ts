import {type App} from '../app.js';
import {type Install, installName} from '../domain/install.js';
import {safeText} from '../domain/safe-text.js';
import {type Flags} from './flags.js';
import {exitCodes, type Output} from './io.js';
import {type Waited, waitUntil} from './wait.js';

const look = async (app: App, id: number, wanted: 'done' | 'dropped'): Promise<Waited | undefined> => {
	const {state, cause} = (await app.read.installs.find(id))!;
	if (state === wanted) {
		return {end: 'done'};
	}

	switch (state) {
		case 'done':
		case 'failed':
		case 'dropped': {
			return {end: 'failed', message: cause === null ? `it is ${state}` : `it is ${state}: ${safeText(cause, 500)}`};
		}

		case 'pending':
		case 'running': {
			return undefined;
		}
	}
};

const exitCodeOf = (waited: Waited, id: number, output: Output): number => {
	const name = installName({id});
	switch (waited.end) {
		case 'done': {
			return exitCodes.done;
		}

		case 'signal': {
			output.err(`interrupted: ${name} goes on without this command`);
			return exitCodes[waited.signal];
		}

		case 'time': {
			output.err(`the time is over: ${name} goes on; see \`cronsole install show ${id}\``);
			return exitCodes.failed;
		}

		case 'failed':
		case 'attention':
		case 'debts': {
			output.err(`${name}: ${waited.message}; see \`cronsole install log ${id}\``);
			return exitCodes.failed;
		}
	}
};

type Ended = {readonly install: Install; readonly exitCode: number};

/** Waits, if `--wait` says so, until an install is as wanted or will never be; the install as it is then, and the exit code, after a line on standard error about what is not well. */
export const waitForInstall = async (app: App, {install, wanted}: {readonly install: Install; readonly wanted: 'done' | 'dropped'}, flags: Flags, output: Output): Promise<Ended> => {
	if (flags.wait === undefined) {
		return {install, exitCode: exitCodes.done};
	}

	const waited = await waitUntil(app, flags, output, async () => look(app, install.id, wanted));
	const exitCode = exitCodeOf(waited, install.id, output);
	const present = (await app.read.installs.find(install.id))!;
	if (waited.end === 'done' && !output.isJson) {
		output.out(`${installName(install)} ${install.domain} is ${wanted}${wanted === 'dropped' || present.site === null ? '' : `: ${safeText(present.site.url, 500)}`}`);
	}

	return {install: present, exitCode};
};
