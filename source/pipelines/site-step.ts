import {type Install, type InstallPosition} from '../domain/install.js';
import {type PanelAction, type PanelAnswer} from '../domain/panel.js';
import {type InstallChange} from '../store/installs.js';
import {type KnownInstall} from './change-running.js';
import {type InstallContext} from './move-install.js';
import {type Done, type GivenUp, type Skipped} from './step.js';

/** What came of a step of an install; `change` belongs to its row, in the transaction that ends the step. A failure that may be worth another attempt is thrown. */
export type SiteOutcome = (Done | Skipped | GivenUp) & {readonly change?: InstallChange};

/** The install's panel, as one step speaks to it. */
export type PanelTalk = {
	/** Asks for a change: what is asked is written down before it goes out, `alongside` with it. Throws `ClientError`. */
	readonly ask: (action: Exclude<PanelAction, 'inspect'>, alongside?: InstallChange) => Promise<PanelAnswer>;
	/** Looks what is there; changes nothing. Throws `ClientError`. */
	readonly inspect: () => Promise<NonNullable<PanelAnswer['state']> & {readonly details: PanelAnswer['site']}>;
	/** Whether something was asked of which nobody knows what came of it. */
	readonly isOpen: () => boolean;
	/** The last lines of what the panel said, without the password; null: nothing. */
	readonly said: () => string | null;
	/** Makes a text safe to show, without the password. */
	readonly clean: (text: string) => string;
};

/** One step of one install, being run. */
export type SiteRun = {
	/** As it was when the step began. */
	readonly install: Install;
	/** What is written down is compared with this. */
	readonly known: KnownInstall;
	readonly row: SiteRow;
	readonly context: InstallContext;
	readonly panel: PanelTalk;
	/** Null: it was erased. */
	readonly adminPassword: string | null;
	/** Wall ms of this go at it. */
	readonly startedAt: number;
};

/** One step of an install: looks first, then acts, then says what came of it. Safe to run twice. */
export type SiteStep = (run: SiteRun) => Promise<SiteOutcome>;

export type SiteRow = {
	/** The last step completed. */
	readonly from: InstallPosition;
	readonly to: InstallPosition;
	/** For people, while it runs: `making the account`. */
	readonly doing: string;
	readonly step: SiteStep;
	/** What the step asks first of all, with nothing else to write: that is written down with its beginning. */
	readonly asks?: (install: Install) => Exclude<PanelAction, 'inspect'> | undefined;
	/** Asks nobody and waits for nothing: it is made in the transaction that ends the step before it. */
	readonly isInstant?: boolean;
	/** What it began is taken away again where it fails for good. */
	readonly isUndone?: boolean;
	/** Without it the row is of every kind. */
	readonly only?: Install['kind'];
};
