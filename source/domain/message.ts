import {type VmAddress} from './address.js';
import {type Incident} from './incident.js';

type AboutVm = {
	readonly reference: string;
	readonly hostname: string;
	/** The client's name. */
	readonly client: string;
	/** Its name in the config. */
	readonly package: string;
};

type RunningVm = AboutVm & {
	readonly user: string;
	readonly addresses: ReadonlyArray<Pick<VmAddress, 'family' | 'address' | 'prefix' | 'gateway'>>;
};

/** Null: the order had its own password or keys only. */
type WithPassword = {readonly password: string | null};

type AboutIncident = Pick<Incident, 'id' | 'severity' | 'cause' | 'command' | 'affects'> & {
	/** ISO 8601. */
	readonly since: string;
};

/** What each message's template may use: the variables of its outbox row. What has no value is null, never left out. */
export type MessageVariables = {
	/** The order for a VM was taken. */
	readonly welcome: AboutVm;
	readonly 'vm-ready': RunningVm & WithPassword;
	readonly 'password-reset': RunningVm & WithPassword;
	readonly 'backup-restored': RunningVm;
	readonly 'upgrade-finished': RunningVm;
	readonly 'site-welcome': {
		readonly reference: string;
		readonly client: string;
		readonly domain: string;
		readonly title: string;
		/** `wordpress`. */
		readonly application: string;
		readonly url: string;
		readonly adminUrl: string | null;
		readonly adminUser: string;
		readonly password: string | null;
		/** Null: none, or its link is not to be shown. */
		readonly controlPanelUrl: string | null;
	};
	readonly 'incident-opened': AboutIncident;
	readonly 'incident-closed': AboutIncident & {
		/** ISO 8601. */
		readonly closedAt: string;
	};
};

/** The messages that cronsole sends. */
export const messageNames = [
	'welcome', 'vm-ready', 'password-reset', 'backup-restored', 'upgrade-finished', 'site-welcome', 'incident-opened', 'incident-closed',
] as const satisfies ReadonlyArray<keyof MessageVariables>;
export type MessageName = typeof messageNames[number];

export const isMessageName = (text: string): text is MessageName => (messageNames as readonly string[]).includes(text);
