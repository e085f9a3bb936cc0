import {type App} from '../../app.js';
import {type Install, installName} from '../../domain/install.js';
import {safeText} from '../../domain/safe-text.js';
import {type Flags} from '../words/flags.js';
import {exitCodes, type Output} from './io.js';
import {waitFor, type Waited} from './wait.js';

type Wanted = {readonly install: Install; readonly wanted: 'done' | 'dropped'};

const look = async (app: App, {install: {id}, wanted}: Wanted): Promise<Waited | undefined> => {
	const {state, cause} = (await app.read.installs.find(id))!;
	if (state === wanted) {
		return {end: 'done'};
	}

	switch (state) {
		case 'done':
		case 'failed':
		case 'dropped': {
			return {end: 'failed', message: `${installName({id})}: it is ${state}${cause === null ? '' : `: ${safeText(cause, 500)}`}; see \`cronsole install log ${id}\``};
		}

		case 'pending':
		case 'running': {
			return undefined;
		}
	}
};

type Ended = {readonly install: Install; readonly exitCode: number};

/** Waits, if `--wait` says so, until an install is as wanted or will never be; the install as it is then, and the exit code, after a line on standard error about what is not well. */
export const waitForInstall = async (app: App, wish: Wanted, flags: Flags, output: Output): Promise<Ended> => {
	const {install, wanted} = wish;
	if (flags.wait === undefined) {
		return {install, exitCode: exitCodes.done};
	}

	const name = installName(install);
	const exitCode = await waitFor(app, {name, shownBy: `cronsole install show ${install.id}`, look: async () => look(app, wish)}, flags, output);
	const present = (await app.read.installs.find(install.id))!;
	if (exitCode === exitCodes.done && !output.isJson) {
		output.out(`${name} ${install.domain} is ${wanted}${wanted === 'dropped' || present.site === null ? '' : `: ${safeText(present.site.url, 500)}`}`);
	}

	return {install: present, exitCode};
};
