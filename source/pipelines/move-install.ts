import {type Guard} from '../clients/dns/dns.js';
import {type Panels} from '../clients/panel/panel.js';
import {type VerifySite} from '../clients/panel/site.js';
import {type Clock} from '../domain/clock.js';
import {type Install, type InstallPosition} from '../domain/install.js';
import {type Log} from '../domain/log.js';
import {type Settings} from '../domain/settings.js';
import {type FencedStore} from '../store/store.js';

/** What moving an install on needs; made by the holder of its lease. */
export type InstallContext = {
	/** Fenced by the lease `install:<id>`. */
	readonly store: FencedStore;
	readonly panels: Panels;
	readonly verifySite: VerifySite;
	readonly settings: Settings;
	readonly clock: Clock;
	/** 0 to 1, for jitter. */
	readonly random: () => number;
	readonly log: Log;
	/** Ends it: a request that is under way has then an unknown outcome. */
	readonly signal: AbortSignal;
	/** Asked straight before anything goes out: throws `LockLost` once the lease cannot be relied on. */
	readonly guard: Guard;
};

/** What one go at an install came to. */
export type InstallMove = {
	/**
	 `done`: it is done, or (with `until`) got so far · `waiting`: it is tried again at its `nextAttemptAt`, the cause stands in the row · `failed`: for good,
	 until a person retries it · `dropped`: it was, at this step's border or before · `busy`: somebody else changed it meanwhile.
	 */
	readonly outcome: 'done' | 'waiting' | 'failed' | 'dropped' | 'busy';
	/** How many steps it went on. */
	readonly steps: number;
	/** For people: `i12 example.org: account → archived, waiting: the panel web1 cannot be reached`. */
	readonly line: string;
};

/**
 Moves an install on from its position, step by step, until one waits or fails, it is dropped or done, or it stands at `until`; the caller holds its lease.
 Only `LockLost` (and a store that cannot be used) is thrown.
 */
export type MoveInstall = (install: Pick<Install, 'id'>, context: InstallContext, given?: {readonly until?: InstallPosition}) => Promise<InstallMove>;
