import {randomUUID} from 'node:crypto';
import {createAlerts} from '../../source/clients/alert.js';
import {renderMessage} from '../../source/clients/mail/render.js';
import {createPanels} from '../../source/clients/panel/create-panels.js';
import {createVerifySite} from '../../source/clients/panel/verify-site.js';
import {systemClock} from '../../source/domain/clock.js';
import {type MessageSenders} from '../../source/pipelines/send-messages.js';
import {type Settings} from '../../source/domain/settings.js';
import {moveInstall} from '../../source/pipelines/run-install.js';

/** What installs are done with, really: the panels of those settings. */
export const installingWith = (settings: () => Pick<Settings, 'installs' | 'alerts'>) => ({
	panels: createPanels(() => settings().installs.panels),
	verifySite: createVerifySite(),
	moveInstall,
	openMessages: async (): Promise<MessageSenders> => ({
		mail: null, billing: null, alerts: createAlerts(() => settings().alerts, {clock: systemClock}), render: renderMessage, createMessageId: () => `<${randomUUID()}@test.invalid>`,
	}),
});

/** For a task that has nothing to do with installs. */
export const noInstalls = {
	listReadyInstalls: async () => [],
	async moveInstall(): Promise<never> {
		throw new Error('it moves no install on');
	},
};
