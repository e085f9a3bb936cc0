import {type PanelAnswer, type PanelRequest} from '../../domain/panel.js';
import {type Guard} from '../dns/dns.js';

/** Who hears of a request while it is under way. */
export type PanelListener = {
	/** 0 to 100, and what is being done; safe text. */
	readonly onProgress: (percent: number, text: string) => void;
	/** A line of the job's log; safe text, without the password. */
	readonly onLog: (line: string) => void;
	/** Ends it: what was begun has then an unknown outcome. */
	readonly signal: AbortSignal;
	/** Asked straight before anything goes out. */
	readonly guard: Guard;
};

/**
 A hosting panel. `ask` throws `ClientError` whose peer is the panel's name in the config: `rejected` where it will never be accepted (65), `transient` where
 it may go better later (75, any other failure), `denied` where we are refused, `unknown-outcome` where it was begun and no answer can be believed (killed,
 timed out, cut off): `inspect` decides before any retry. Scope `cluster`: the panel as a whole cannot be reached or refuses us.
 */
export type Panel = {
	readonly name: string;
	/** For people: `ssh provision@web2.example.net`. */
	readonly title: string;
	readonly ask: (request: PanelRequest, listener: PanelListener) => Promise<PanelAnswer>;
	/** Whether it can be used, changing nothing; the answer is what is doubtful about it. Throws `ClientError`. */
	readonly check: () => Promise<readonly string[]>;
};

/** The panels of the config. */
export type Panels = {
	/** Undefined: the config has no panel of that name (any more). */
	readonly find: (name: string) => Panel | undefined;
	/** After new settings. */
	readonly reset: () => void;
	readonly close: () => Promise<void>;
};
