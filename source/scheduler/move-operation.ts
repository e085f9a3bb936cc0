import {type ClientError} from '../clients/client-error.js';
import {type DnsConnections} from '../clients/dns/dns.js';
import {type ProxmoxConnection} from '../clients/proxmox/proxmox.js';
import {type Clock} from '../domain/clock.js';
import {type Log} from '../domain/log.js';
import {isDueAt, type Operation} from '../domain/operation.js';
import {type Settings} from '../domain/settings.js';
import {vmName} from '../domain/vm.js';
import {type ForeignAddresses} from '../pipelines/foreign-addresses.js';
import {type Move, type MoveOn, type Verdict} from '../pipelines/move.js';
import {LockLost} from '../store/leases.js';
import {type Store} from '../store/store.js';
import {describeHolder} from './held-by.js';
import {type Instance, type Lock} from './instance.js';

/** Takes the VM's lease and moves its operation on. */
export type Mover = {
	/** An operation that is being moved on already answers with that move. Never throws for what is wrong with one VM. */
	readonly move: (operation: Operation) => Promise<Move>;
	readonly isMoving: (operation: Operation) => boolean;
	readonly count: () => number;
	/** Resolves when no move is under way. */
	readonly settled: () => Promise<void>;
};

export type MoverDeps = {
	readonly store: Store;
	readonly instance: Instance;
	readonly settings: () => Settings;
	/** Undefined: not in the config. */
	readonly connectionOf: (cluster: string) => ProxmoxConnection | undefined;
	readonly dns: DnsConnections;
	readonly pipeline: MoveOn;
	readonly foreignAddresses: ForeignAddresses;
	readonly judge: (error: ClientError) => Promise<Verdict>;
	readonly clock: Clock;
	readonly random: () => number;
	readonly createPassword: () => string;
	readonly log: Log;
	readonly signal: AbortSignal;
	/** A move ended. */
	readonly onMoved: () => void;
};

/** How long a VM whose cluster is not in the config waits before it is looked at again. */
const unknownClusterMs = 60_000;

const still = (outcome: Move['outcome'], line: string): Move => ({outcome, steps: 0, line});

const messageOf = (error: unknown): string => error instanceof Error ? error.message : String(error);

/** It begins, so that it can say why it waits; it needs nobody, and goes on when the config has the cluster. */
const waitForConfig = async ({store}: Lock, {id, state}: Operation, cluster: string, now: number): Promise<Move> => {
	const waitingFor = `cluster ${cluster} is not in the config`;
	await store.write(async ({operations}) => {
		if (state === 'running' || await operations.begin(id, now)) {
			await operations.wait(id, {
				waitingFor, nextAttemptAt: now + unknownClusterMs, remoteTaskId: null, slot: null, pausedByNode: null,
			});
		}
	});
	return still('paused', `waiting: ${waitingFor}`);
};

const moveUnder = async (lock: Lock, listed: Operation, deps: MoverDeps): Promise<Move> => {
	const {store, settings, connectionOf, dns, pipeline, judge, clock, random, createPassword, log, signal, foreignAddresses} = deps;
	// It was listed before the lease was there: somebody else may have moved it on meanwhile.
	const operation = await store.read.operations.find(listed.id);
	if (operation?.state !== 'waiting' && operation?.state !== 'running') {
		return still('busy', 'somebody else ended it');
	}

	const now = clock.now();
	if (operation.remoteTaskId !== null || !isDueAt(operation.nextAttemptAt, now)) {
		return still('waiting', `waiting: ${operation.waitingFor ?? 'its next try'}`);
	}

	const {cluster} = await store.read.vms.get(operation.vmId);
	const connection = connectionOf(cluster);
	return connection
		? pipeline(operation, {
			store: lock.store, proxmox: connection.guardedBy(lock.guard), dns: dns.guardedBy(lock.guard), settings: settings(), installation: store.installation, clock, random, createPassword, log, signal, judge,
			foreignAddresses,
		})
		: waitForConfig(lock, operation, cluster, now);
};

const moveOnce = async (operation: Operation, deps: MoverDeps): Promise<Move> => {
	const vm = vmName({id: operation.vmId});
	try {
		const acquired = await deps.instance.acquire(`vm:${operation.vmId}`, deps.settings().scheduler.leaseMs);
		if (acquired.lock === null) {
			return still('busy', describeHolder(acquired.by, deps.settings().timezone));
		}

		try {
			return await moveUnder(acquired.lock, operation, deps);
		} finally {
			await acquired.lock.release();
		}
	} catch (error) {
		if (error instanceof LockLost) {
			deps.log({
				level: 'warning', event: 'lock-lost', vm, message: error.message,
			});
			return still('busy', error.message);
		}

		deps.log({
			level: 'error', event: 'move-failed', vm, message: messageOf(error),
		});
		return still('failed', messageOf(error));
	}
};

/** Makes the one way in which operations are moved on in this process, by runs and by continuation alike. */
export const createMover = (deps: MoverDeps): Mover => {
	const moving = new Map<number, Promise<Move>>();

	const start = async (operation: Operation) => {
		try {
			return await moveOnce(operation, deps);
		} finally {
			moving.delete(operation.id);
			deps.onMoved();
		}
	};

	return {
		async move(operation) {
			const present = moving.get(operation.id);
			if (present) {
				return present;
			}

			const move = start(operation);
			moving.set(operation.id, move);
			return move;
		},
		isMoving: ({id}) => moving.has(id),
		count: () => moving.size,
		async settled() {
			while (moving.size > 0) {
				await Promise.allSettled(moving.values());
			}
		},
	};
};
