import {statSync} from 'node:fs';
import path from 'node:path';
import {buildSettings} from './config/build-settings.js';
import {readText} from './config/read-text.js';
import {readYamlText} from './config/yaml-text.js';
import {firstGiven} from './domain/first-given.js';
import {type Settings} from './domain/settings.js';
import {pathText} from './intents/problems.js';
import {Refused} from './intents/refused.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** The config cannot be used; every problem, one line each: `FILE:LINE: path: what is wrong`. */
export class ConfigInvalid extends Error {
	override readonly name = 'ConfigInvalid';
	constructor(readonly problems: readonly string[]) {
		super(problems.join('\n'));
	}
}

/** Where to look for the config. */
export type ConfigPlace = {
	readonly file: string;
	/** Whether it was named: then it must exist. */
	readonly isNamed: boolean;
};

const systemFolder = '/etc/cronsole';

const homeOf = (env: Environment): string => env.HOME ?? '/';

/** The user's own config, whether it exists or not. */
export const userConfigFile = (env: Environment): string => path.join(firstGiven(env.XDG_CONFIG_HOME) ?? path.join(homeOf(env), '.config'), 'cronsole', 'cronsole.yaml');

/** The machine's config. */
export const systemConfigFile = path.join(systemFolder, 'cronsole.yaml');

const exists = (file: string): boolean => statSync(file, {throwIfNoEntry: false}) !== undefined;

/** The config that counts: the flag's, $CRONSOLE_CONFIG, the user's, the machine's; undefined: there is none. Never one of the current folder. */
export const findConfigFile = (flags: {readonly config?: string}, env: Environment): ConfigPlace | undefined => {
	const named = flags.config ?? firstGiven(env.CRONSOLE_CONFIG);
	if (named !== undefined) {
		return {file: path.resolve(named), isNamed: true};
	}

	const file = [userConfigFile(env), systemConfigFile].find(candidate => exists(candidate));
	return file === undefined ? undefined : {file, isNamed: false};
};

/** Where the database lies if nobody says so. */
const defaultDatabase = (file: string | null, env: Environment): string => {
	if (file !== null && path.dirname(file) === systemFolder) {
		return '/var/lib/cronsole/cronsole.db';
	}

	const state = firstGiven(env.STATE_DIRECTORY?.split(':', 1)[0]) ?? path.join(firstGiven(env.XDG_STATE_HOME) ?? path.join(homeOf(env), '.local', 'state'), 'cronsole');
	return path.join(state, 'cronsole.db');
};

const longest = 8 * 1024 * 1024;

const readConfig = (file: string): {readonly text: string; readonly isReadByOthers: boolean} => {
	const read = readText(file, longest);
	if ('problem' in read) {
		throw new ConfigInvalid([`${file}:1: ${read.problem}`]);
	}

	// eslint-disable-next-line no-bitwise -- A mode is a set of bits.
	return {text: read.text, isReadByOthers: (statSync(file).mode & 0o004) !== 0};
};

/** What kind of database a URL names; undefined: it is a path. */
const findForeignDatabase = (text: string): string | undefined => {
	const scheme = /^([a-z][\d+\-.a-z]*):\/\//i.exec(text)?.[1]?.toLowerCase();
	return scheme === undefined ? undefined : (/^postgres(?:ql)?$/.test(scheme) ? 'PostgreSQL' : `a database at ${scheme}://`);
};

type WhatToLoad = {
	/** Null: there is no config, everything is at its default. */
	readonly file: string | null;
	/** `--database`, relative to the present folder. */
	readonly databaseFlag?: string;
	readonly env: Environment;
};

/** Reads, checks and completes the config; throws `ConfigInvalid` with every problem at once. */
export const loadSettings = async ({file, databaseFlag, env}: WhatToLoad): Promise<Settings> => {
	const folder = file === null ? '/' : path.dirname(file);
	const {text, isReadByOthers} = file === null ? {text: '', isReadByOthers: false} : readConfig(file);
	const yaml = readYamlText(text);
	const problems = yaml.problems.map(({line, message}) => ({line, text: message}));
	const raw = yaml.value ?? {};
	if (typeof raw !== 'object' || Array.isArray(raw)) {
		throw new ConfigInvalid([`${file}:1: the config must be a map of keys`]);
	}

	let hasPlainSecret = false;
	const {database, ...settings} = buildSettings(raw as Readonly<Record<string, unknown>>, {
		env,
		folder,
		onPlain() {
			hasPlainSecret = true;
		},
	}, problem => {
		problems.push({line: yaml.lineOf(problem.path, problem.isKey), text: `${pathText(problem.path)}: ${problem.message}`});
	});

	const kind = databaseFlag === undefined ? findForeignDatabase(database ?? '') : undefined;
	if (kind !== undefined) {
		problems.push({line: yaml.lineOf(['database'], false), text: `database: ${kind} is not in this version: name a SQLite file such as /var/lib/cronsole/cronsole.db`});
	}

	if (hasPlainSecret && isReadByOthers) {
		problems.push({line: 1, text: `it holds a secret and can be read by others: chmod 600 ${file}`});
	}

	if (problems.length > 0) {
		throw new ConfigInvalid(problems.toSorted((a, b) => a.line - b.line).map(problem => `${file}:${problem.line}: ${problem.text}`));
	}

	return {...settings, file, database: placeOfDatabase(databaseFlag, database, {file, folder, env})};
};

const placeOfDatabase = (flag: string | undefined, inFile: string | undefined, {file, folder, env}: {readonly file: string | null; readonly folder: string; readonly env: Environment}): string => {
	if (flag !== undefined) {
		const kind = findForeignDatabase(flag);
		if (kind !== undefined) {
			throw new Refused('invalid', `--database: ${kind} is not in this version`, 'name a SQLite file: --database /var/lib/cronsole/cronsole.db');
		}

		return path.resolve(flag);
	}

	return inFile === undefined ? defaultDatabase(file, env) : path.resolve(folder, inFile);
};
