import {type ClientError} from '../clients/client-error.js';
import {type Dns} from '../clients/dns/dns.js';
import {type Proxmox} from '../clients/proxmox/proxmox.js';
import {type Clock} from '../domain/clock.js';
import {type Log} from '../domain/log.js';
import {type Operation} from '../domain/operation.js';
import {type Settings} from '../domain/settings.js';
import {type FencedStore} from '../store/store.js';
import {type ForeignAddresses} from './foreign-addresses.js';

/** What one go at an operation came to. */
export type Move = {
	/**
	 `done`: the operation ended well · `waiting`: it waits (a remote task, a slot, a lock, a moment) · `failed`: a step failed and
	 will be tried again · `attention`: a person is needed · `paused`: its cluster or node has a fault or maintenance ·
	 `busy`: somebody else has the VM's lease.
	 */
	readonly outcome: 'done' | 'waiting' | 'failed' | 'attention' | 'paused' | 'busy';
	/** How many steps it went on. */
	readonly steps: number;
	/** For people: `creation → clone, waiting: the clone`. */
	readonly line: string;
};

/** Whose fault a failed call turned out to be, after a second look. */
export type Verdict = 'cluster' | 'node' | 'item';

/** What moving an operation on needs; made by the holder of the VM's lease. */
export type MoveContext = {
	/** Fenced by the VM's lease. */
	readonly store: FencedStore;
	/** The VM's cluster; changes check the lease straight before they go out. */
	readonly proxmox: Proxmox;
	/** Changes check the lease straight before they go out. */
	readonly dns: Dns;
	readonly settings: Settings;
	readonly installation: string;
	readonly clock: Clock;
	/** 0 to 1, for jitter. */
	readonly random: () => number;
	/** A new password that nobody could guess. */
	readonly createPassword: () => string;
	readonly log: Log;
	readonly signal: AbortSignal;
	/** One for the whole process (`createForeignAddresses`), so that many deploys share one look at the cluster. */
	readonly foreignAddresses: ForeignAddresses;
	/**
	 Looks again when a call failed with scope `cluster` or `node`, or was denied: writes the cluster's condition if the fault is there (before it
	 answers), so that its work pauses; `item` where the cluster is well.
	 */
	readonly judge: (error: ClientError) => Promise<Verdict>;
};

/** Moves an operation of a VM on until it waits, fails or ends; the caller holds the VM's lease. */
export type MoveOn = (operation: Operation, context: MoveContext) => Promise<Move>;
