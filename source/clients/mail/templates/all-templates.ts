import {type MessageName, type MessageVariables} from '../../../domain/message.js';
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

type Variable = {[Name in MessageName]: keyof MessageVariables[Name]}[MessageName];

/** What each variable is, in whichever templates it is known; which those are, their samples say. */
export const variableMeanings: Readonly<Record<Variable, string>> = {
	reference: 'the order\'s reference',
	hostname: 'the VM\'s name',
	client: 'the client\'s name; empty where the order has none',
	package: 'the package\'s name',
	user: 'who logs in to the VM',
	password: 'the password; null where there is none to tell. Erased everywhere once the message is sent',
	addresses: 'a list: family (4 or 6), address, prefix, gateway of each',
	domain: 'the site\'s domain',
	title: 'the site\'s title',
	application: 'what was installed: wordpress, static',
	url: 'the site\'s address',
	adminUrl: 'where its admin logs in; null where there is no such page',
	adminUser: 'the name of its admin',
	controlPanelUrl: 'the panel\'s own address; null where it is not to be shown',
	id: 'the incident\'s number, for `cronsole ack`',
	severity: 'warning or critical',
	cause: 'what is wrong, in one line',
	command: 'the command that helps; null where there is none',
	affects: 'how many VMs, installs or tasks hang on it',
	since: 'when it began, ISO 8601 in UTC; the filter date writes it in the config\'s time zone',
	closedAt: 'when it was over, likewise',
};

/** Made-up variables of a message, for a preview. */
export const sampleVariables = (name: MessageName): Readonly<Record<string, unknown>> => allTemplates[name].sample;
