import {
	chmodSync,
	mkdtempSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {onTestFinished} from 'vitest';
import {ConfigInvalid, loadSettings} from '../../source/config.js';
import {type Settings} from '../../source/domain/settings.js';

/** A folder that is gone after the test. */
export const temporaryFolder = (): string => {
	const folder = mkdtempSync(path.join(os.tmpdir(), 'cronsole-config-'));
	onTestFinished(() => {
		rmSync(folder, {recursive: true});
	});
	return folder;
};

type Rest = {readonly env?: Readonly<Record<string, string>>; readonly mode?: number; readonly folder?: string};

/** Loads a text as a config. */
export const load = async (text: string, {env = {}, mode = 0o600, folder = temporaryFolder()}: Rest = {}): Promise<Settings> => {
	const file = path.join(folder, 'cronsole.yaml');
	writeFileSync(file, text);
	chmodSync(file, mode);
	return loadSettings({file, env: {HOME: folder, ...env}});
};

/** The problems of a text, each without the folder: `LINE: path: what`. */
export const problemsOf = async (text: string, rest: Rest = {}): Promise<readonly string[]> => {
	try {
		await load(text, rest);
		return [];
	} catch (error) {
		if (error instanceof ConfigInvalid) {
			return error.problems.map(problem => problem.slice(problem.indexOf('cronsole.yaml:') + 'cronsole.yaml:'.length));
		}

		throw error;
	}
};

export const token = '5f0c3a52-0000-4000-8000-000000000000';

/** A cluster's row that has nothing wrong, to be put under `clusters:`. */
export const cluster = (name: string, more = ''): string => `  - name: ${name}
    urls: [https://${name}.example.net:8006]
    tokenId: cronsole@pve!ops
    tokenSecret: ${token}
    vmids: [10000, 19999]
${more}`;
