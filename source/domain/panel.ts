/** What a hosting panel can be asked for. */
const panelActions = ['create-account', 'install', 'inspect', 'archive', 'remove-install', 'suspend', 'unsuspend', 'terminate', 'package'] as const;
export type PanelAction = typeof panelActions[number];

/** What a panel is asked; `command` and `ssh` panels read it as JSON from standard input, with `v: 1`. */
export type PanelRequest = {
	readonly action: PanelAction;
	/** `i12`: our install, the same in every attempt. */
	readonly job: string;
	/** The first is 1. */
	readonly attempt: number;
	readonly account: {readonly name: string; readonly domain: string; readonly plan: string | null; readonly email: string};
	readonly site: {
		/** The recipe: `wordpress`, `static`. */
		readonly application: string;
		readonly domain: string;
		readonly title: string;
		readonly adminUser: string;
		readonly adminEmail: string;
		/** Null where the action needs none. */
		readonly adminPassword: string | null;
		readonly url: string;
	};
};

/** How far a site is there. */
export type SiteState = 'absent' | 'partial' | 'installed';

export type PanelAnswer = {
	/** What had to be done, `files`, `database`; empty: everything was so already. */
	readonly changed: readonly string[];
	/** After an install, where the panel says it. */
	readonly site: {readonly url: string | null; readonly adminUrl: string | null; readonly adminUser: string | null; readonly adminPassword: string | null} | null;
	/** Of `inspect`. */
	readonly state: {readonly account: boolean; readonly site: SiteState} | null;
};
