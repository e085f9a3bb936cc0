import {type PanelSettings, type Settings} from '../../domain/settings.js';
import {createCommandPanel} from './command.js';
import {type Panel, type Panels} from './panel.js';
import {createSshPanel} from './ssh.js';
import {createWhmPanel} from './whm.js';

const open = (name: string, settings: PanelSettings): Panel => {
	switch (settings.kind) {
		case 'command': {
			return createCommandPanel(name, settings);
		}

		case 'ssh': {
			return createSshPanel(name, settings);
		}

		case 'whm': {
			return createWhmPanel(name, settings);
		}
	}
};

/** Everything that makes it another panel. */
const fingerprintOf = (settings: PanelSettings): string => JSON.stringify(settings.kind === 'whm' ? {...settings, token: settings.token.reveal()} : settings);

/** The panels of the config, each opened when it is first asked for. What is under way at one when settings change, or at the end, runs on: it belongs to whoever asked. */
export const createPanels = (panels: () => Settings['installs']['panels']): Panels => {
	const opened = new Map<string, {readonly fingerprint: string; readonly panel: Panel}>();
	const settingsOf = (name: string): PanelSettings | undefined => Object.hasOwn(panels(), name) ? panels()[name] : undefined;

	return {
		find(name) {
			const settings = settingsOf(name);
			if (!settings) {
				return undefined;
			}

			const entry = opened.get(name) ?? {fingerprint: fingerprintOf(settings), panel: open(name, settings)};
			opened.set(name, entry);
			return entry.panel;
		},
		/** A panel that stays as it was keeps what it remembers. */
		reset() {
			for (const [name, {fingerprint}] of opened) {
				const settings = settingsOf(name);
				if (!settings || fingerprintOf(settings) !== fingerprint) {
					opened.delete(name);
				}
			}
		},
		async close() {
			opened.clear();
		},
	};
};
