import {type MessageName} from '../../../domain/message.js';
import {incidentClosed, incidentOpened} from './incident-messages.js';
import {siteWelcome} from './site-messages.js';
import {type MessageTemplate} from './template.js';
import {
	backupRestored,
	passwordReset,
	upgradeFinished,
	vmReady,
	welcome,
} from './vm-messages.js';

/** The built-in messages, by name. */
export const allTemplates: {readonly [Name in MessageName]: MessageTemplate<Name>} = {
	welcome,
	'vm-ready': vmReady,
	'password-reset': passwordReset,
	'backup-restored': backupRestored,
	'upgrade-finished': upgradeFinished,
	'site-welcome': siteWelcome,
	'incident-opened': incidentOpened,
	'incident-closed': incidentClosed,
};

/** Made-up variables of a message, for a preview. */
export const sampleVariables = (name: MessageName): Readonly<Record<string, unknown>> => allTemplates[name].sample;
