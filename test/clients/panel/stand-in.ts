import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {type PanelSettings} from '../../../source/domain/settings.js';
import {type PanelUnderTest, type TrueAccount} from './conformance.js';

const program = path.join(import.meta.dirname, 'fixtures/panel.js');

/** The rows of the config that a panel needs beside its kind. */
export const panelRow = {
	timeoutMs: 20_000, concurrency: 2, address: null, externalIp: null, controlPanelUrl: null,
};

export const commandRow = (command: readonly string[], timeoutMs = 20_000): Extract<PanelSettings, {readonly kind: 'command'}> => ({
	...panelRow, kind: 'command', command, timeoutMs,
});

/** A host's folder with the stand-in for a panel's program, and what is true there. */
export const openStandIn = (): Omit<PanelUnderTest, 'panel' | 'close'> & {readonly folder: string; readonly command: readonly string[]; readonly remove: () => void} => {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cronsole-panel-'));
	const read = (file: string, otherwise: string): string => {
		const full = path.join(folder, file);
		return fs.existsSync(full) ? fs.readFileSync(full, 'utf8') : otherwise;
	};

	return {
		folder,
		command: [process.execPath, program, folder],
		look: account => new Map(JSON.parse(read('state.json', '[]')) as ReadonlyArray<[string, TrueAccount]>).get(account) ?? null,
		countChanges: () => read('asked', '').split('\n').filter(line => line !== '' && !line.startsWith('inspect')).length,
		hold() {
			fs.writeFileSync(path.join(folder, 'hold'), '');
		},
		release() {
			fs.rmSync(path.join(folder, 'hold'), {force: true});
		},
		remove() {
			fs.rmSync(folder, {recursive: true, force: true});
		},
	};
};
