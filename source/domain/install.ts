import {type PanelAction, type SiteState} from './panel.js';

export const installStates = ['pending', 'running', 'done', 'failed', 'dropped'] as const;
export type InstallState = typeof installStates[number];

/** The steps of an install, each named by what was completed last. `archived` and `removed` are of a re-install only. */
export const installPositions = ['ordered', 'account', 'archived', 'removed', 'installed', 'verified', 'done'] as const;
export type InstallPosition = typeof installPositions[number];

/** Of the hosting account on the panel. */
export type AccountState = 'none' | 'active' | 'suspended' | 'terminated';

/** A step of an install's life. Durations in ms, moments in ms since the epoch. */
export type InstallStep = {
	/** The step's positions; an account verb has the account's states. */
	readonly from: string;
	readonly to: string;
	readonly outcome: 'done' | 'skipped' | 'failed';
	readonly reason: string | null;
	readonly attempt: number;
	readonly startedAt: number;
	readonly durationMs: number;
	/** The last 200 lines of what the panel said; safe text. */
	readonly log: string | null;
};

/** A staged site install. Moments are ms since the epoch. */
export type Install = {
	readonly id: number;
	readonly reference: string;
	readonly generation: number;
	readonly kind: 'install' | 'reinstall';
	readonly panel: string;
	readonly application: string;
	readonly domain: string;
	readonly account: string;
	/** Null: the panel's default. */
	readonly plan: string | null;
	readonly title: string;
	readonly adminUser: string;
	readonly adminEmail: string;
	readonly url: 'domain' | 'temporary';
	readonly client: {readonly name: string; readonly email: string};
	/** The order as it came. */
	readonly order: unknown;
	readonly state: InstallState;
	/** What it was before it was dropped; null otherwise. */
	readonly droppedFrom: InstallState | null;
	readonly droppedBy: string | null;
	readonly droppedAt: number | null;
	/** The last step completed. */
	readonly position: InstallPosition;
	/** Since when the present step has been tried; null: it was not yet. */
	readonly stepSince: number | null;
	/** Asked of the panel, and not answered yet (or its asker died): `inspect` comes before anything else. */
	readonly inFlight: {readonly action: PanelAction; readonly since: number} | null;
	/** What was there before we installed for the first time; null: not looked yet. Only what was not there is ever undone. */
	readonly foundBefore: SiteState | null;
	/** It stops, dropped, at its next step's border. */
	readonly isDropAsked: boolean;
	readonly accountState: AccountState;
	/** Once it is installed. */
	readonly site: {readonly url: string; readonly adminUrl: string | null} | null;
	readonly cause: string | null;
	readonly attempt: number;
	/** 0 to 100 of the present step; null: not known. */
	readonly progress: number | null;
	/** What the panel says that it is doing; safe text. */
	readonly doing: string | null;
	readonly createdAt: number;
	readonly updatedAt: number;
	readonly nextAttemptAt: number | null;
	/** Rises with every change: an action that carries an older one is told who was first. */
	readonly version: number;
};

/** What a step leaves behind for the one after it: nothing of its tries, its clock and what it asked. */
export const atNewStep = {
	attempt: 0, cause: null, progress: null, doing: null, inFlight: null, stepSince: null, nextAttemptAt: null,
} as const satisfies Partial<Install>;

/** `i12`: our id of an install, as people write it. */
export const installName = ({id}: Pick<Install, 'id'>): string => `i${id}`;

/** Whether its account and domain are its own on the panel, so that nobody else may have them: not where the account has ended, or never came to be and never will. */
export const ownsNames = ({accountState, state, inFlight}: Pick<Install, 'accountState' | 'state' | 'inFlight'>): boolean =>
	accountState !== 'terminated' && !(state === 'dropped' && accountState === 'none' && inFlight === null);
