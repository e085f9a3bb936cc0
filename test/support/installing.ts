import {createPanels} from '../../source/clients/panel/create-panels.js';
import {createVerifySite} from '../../source/clients/panel/verify-site.js';
import {type Settings} from '../../source/domain/settings.js';
import {moveInstall} from '../../source/pipelines/run-install.js';

/** What installs are done with, really: the panels of those settings. */
export const installingWith = (settings: () => Pick<Settings, 'installs'>) => ({
	panels: createPanels(() => settings().installs.panels), verifySite: createVerifySite(), moveInstall,
});

/** For a task that has nothing to do with installs. */
export const noInstalls = {
	listReadyInstalls: async () => [],
	async moveInstall(): Promise<never> {
		throw new Error('it moves no install on');
	},
};
