import {mkdir, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {firstGiven} from '../../domain/first-given.js';
import {systemConfigFile, userConfigFile} from '../../config.js';
import {configTemplate} from '../../config/template.js';
import {safeText} from '../../domain/safe-text.js';
import {Refused} from '../../intents/refused.js';
import {exitCodes, type BareCommand} from '../io/io.js';

/** Writes a commented config; never over one that is there. */
export const init: BareCommand = async ([word], flags, output) => {
	const {env} = output.io;
	const file = path.resolve(word ?? flags.config ?? firstGiven(env.CRONSOLE_CONFIG) ?? (process.getuid?.() === 0 ? systemConfigFile : userConfigFile(env)));
	try {
		await mkdir(path.dirname(file), {recursive: true, mode: 0o700});
		await writeFile(file, configTemplate, {flag: 'wx', mode: 0o600});
	} catch (error) {
		const {code} = error as NodeJS.ErrnoException;
		throw code === 'EEXIST'
			? new Refused('conflict', `${safeText(file, 300)} is there already: it was not touched`, 'name another file, or edit this one and run `cronsole check`')
			: new Refused('invalid', `${safeText(file, 300)} cannot be written (${code})`, 'name a file in a folder that you may write to: cronsole init FILE');
	}

	if (output.isJson) {
		output.json({file});
	} else {
		output.out(`wrote ${file}; edit it, then run \`cronsole check\``);
	}

	return exitCodes.done;
};
