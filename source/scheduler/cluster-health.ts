import {type ClientError} from '../clients/client-error.js';
import {type ProxmoxConnection} from '../clients/proxmox/proxmox.js';
import {type Clock} from '../domain/clock.js';
import {isWorkable} from '../domain/cluster.js';
import {type Log} from '../domain/log.js';
import {acceptCommand, type Stamped} from '../domain/restored.js';
import {type ClusterSettings, type Settings} from '../domain/settings.js';
import {taskNames} from '../domain/task.js';
import {vmName} from '../domain/vm.js';
import {type ForeignStamps} from '../pipelines/foreign-addresses.js';
import {listOwnVmids} from '../pipelines/foreign-guests.js';
import {type Verdict} from '../pipelines/move.js';
import {type Store, type Tables} from '../store/store.js';
import {lookAtCluster, type Look} from './look-at-cluster.js';

/** How the clusters are: one look at a time at each, its answer shared by all who ask. */
export type ClusterHealthWatch = {
	readonly judge: (error: ClientError) => Promise<Verdict>;
	/** Looks anew at those whose last look is too long ago: 5 s where something is wrong, 60 s otherwise. */
	readonly lookWhereDue: () => Promise<void>;
	/** Looks at those that were not well when somebody looked last: without a leader nobody else would. */
	readonly lookWhereBad: () => Promise<void>;
	/** Forgets when it looked last, so that every cluster is looked at anew. */
	readonly reset: () => void;
};

export type ClusterHealthDeps = {
	readonly read: Store['read'];
	readonly write: Store['write'];
	readonly settings: () => Settings;
	readonly connectionOf: (cluster: string) => ProxmoxConnection | undefined;
	/** Our installation's id. */
	readonly installation: string;
	readonly foreign: ForeignStamps;
	readonly clock: Clock;
	readonly log: Log;
	/** Something may go on now that could not before, or the other way round. */
	readonly onChange: () => void;
	readonly badMs?: number;
	readonly goodMs?: number;
};

type Last = {readonly startedAt: number; readonly endedAt: number; readonly look: Look};

type Known = {
	suspects: Set<string>;
	hasRead: boolean;
	current?: Promise<Last>;
	last?: Last;
};

type Target = {readonly cluster: ClusterSettings; readonly connection: ProxmoxConnection; readonly mine: Known};

const badLookMs = 5000;
const goodLookMs = 60_000;

const isBad = ({state, nodesDown, error}: Look): boolean => !isWorkable(state) || nodesDown.length > 0 || error !== null;

const tell = (name: string, before: Look | undefined, now: Look, {log, onChange}: ClusterHealthDeps) => {
	if (before?.state === now.state && before.nodesDown.join(' ') === now.nodesDown.join(' ') && before.foreignInstallation === now.foreignInstallation) {
		return;
	}

	log({level: isBad(now) ? 'warning' : 'info', event: 'cluster', message: `${name} is ${now.state}${now.error === null ? '' : `: ${now.error}`}`});
	onChange();
};

/** What an earlier leader knew: its silent nodes have to prove themselves to this one too. */
const readBefore = async (mine: Known, name: string, {read}: ClusterHealthDeps): Promise<Look | undefined> => {
	if (mine.hasRead) {
		return mine.last?.look;
	}

	const stored = await read.clusters.list();
	const before = stored.find(seen => seen.name === name);
	mine.suspects = new Set([...mine.suspects, ...before?.nodesDown ?? []]);
	mine.hasRead = true;
	return before;
};

/** What a cluster was not sent while it was only observed can go out now. */
const wakeObserved = async ({operations, vms}: Tables, cluster: string): Promise<void> => {
	for (const {id, vmId, waitingFor, notes} of await operations.listUnderWay(taskNames)) {
		const vm = await vms.get(vmId);
		if (waitingFor !== null && waitingFor === notes.told && vm.cluster === cluster) {
			await operations.wait(id, {
				waitingFor: null, nextAttemptAt: null, remoteTaskId: null, slot: null, pausedByNode: null,
			});
		}
	}
};

/** A VM of ours that the database does not know: it was made by a later life of it, as of a machine that was set back. */
const noticeRestored = async ({upkeep}: Tables, [first]: readonly Stamped[], {clock, log}: ClusterHealthDeps): Promise<void> => {
	const why = first && `this database is older than VM ${first.vmid} on ${first.cluster}/${first.node}, which bears our stamp of ${vmName({id: first.vm})}`;
	if (why !== undefined && await upkeep.pauseRestored(why, clock.now())) {
		log({level: 'error', event: 'restored', message: `${why}: nothing is worked on until ${acceptCommand}`});
	}
};

const look = async (target: Target, deps: ClusterHealthDeps): Promise<Last> => {
	const {mine, cluster: {name, observe, vmids}, connection: {reader}} = target;
	const {read, write, settings, clock, installation, foreign} = deps;
	const startedAt = clock.monotonic();
	const before = await readBefore(mine, name, deps);
	const suspects = new Set(mine.suspects);
	const seen: Look = {
		foreignInstallation: before?.foreignInstallation ?? null,
		...await lookAtCluster({
			reader, packages: settings().packages, observe, suspects, now: clock.now(),
			findForeign: async () => foreign.find(reader, {installation, vmids, listOwn: async () => listOwnVmids(read.vms, name)}),
		}),
	};
	// A node that came under suspicion meanwhile stays so for the next look.
	const late = mine.suspects.difference(suspects);
	mine.suspects = new Set([...late, ...(isWorkable(seen.state) ? seen.nodesDown : suspects)]);
	const unknown = await read.upkeep.findUnknown(foreign.listOwnStamped(name, installation));
	await write(async tables => {
		await noticeRestored(tables, unknown, deps);
		await tables.clusters.set({...seen, name, checkedAt: clock.now()});
		if (!observe && before?.state === 'observed') {
			await wakeObserved(tables, name);
		}
	});
	mine.last = {startedAt, endedAt: clock.monotonic(), look: seen};
	tell(name, before, seen, deps);
	return mine.last;
};

const lookShared = async (target: Target, deps: ClusterHealthDeps): Promise<Last> => {
	const {mine} = target;
	mine.current ??= (async () => {
		try {
			return await look(target, deps);
		} finally {
			mine.current = undefined;
		}
	})();
	return mine.current;
};

/** The answer of a look that began after the question, or of a recent one that saw the fault already. */
const lookSince = async (target: Target, deps: ClusterHealthDeps, isAnswer: (look: Look) => boolean): Promise<Look> => {
	const {mine: {last}} = target;
	const askedAt = deps.clock.monotonic();
	if (last && isAnswer(last.look) && askedAt - last.endedAt < (deps.badMs ?? badLookMs)) {
		return last.look;
	}

	for (;;) {
		const {startedAt, look: seen} = await lookShared(target, deps);
		if (startedAt >= askedAt || isAnswer(seen)) {
			return seen;
		}
	}
};

const verdictOn = ({state, nodesDown}: Look, node: string | null): Verdict => {
	if (!isWorkable(state)) {
		return 'cluster';
	}

	return node !== null && nodesDown.includes(node) ? 'node' : 'item';
};

export const createClusterHealth = (deps: ClusterHealthDeps): ClusterHealthWatch => {
	const {read, settings, connectionOf, clock, badMs = badLookMs, goodMs = goodLookMs} = deps;
	const known = new Map<string, Known>();

	const targetOf = (name: string): Target | undefined => {
		const cluster = settings().clusters.find(candidate => candidate.name === name);
		const connection = connectionOf(name);
		const mine = known.get(name) ?? {suspects: new Set<string>(), hasRead: false};
		known.set(name, mine);
		return cluster && connection ? {cluster, connection, mine} : undefined;
	};

	const lookAt = async (isWanted: (target: Target) => boolean) => {
		const targets = settings().clusters.flatMap(({name}) => targetOf(name) ?? []);
		await Promise.all(targets.filter(target => isWanted(target)).map(async target => lookShared(target, deps)));
	};

	return {
		async judge({peer, node, scope}) {
			const target = targetOf(peer);
			if (!target) {
				return 'item';
			}

			if (scope === 'node' && node !== null) {
				target.mine.suspects.add(node);
			}

			return verdictOn(await lookSince(target, deps, seen => verdictOn(seen, node) !== 'item'), node);
		},
		async lookWhereDue() {
			// Another process may have found the fault.
			const stored = await read.clusters.list();
			const now = clock.monotonic();
			await lookAt(({cluster: {name}, mine: {last, current}}) => {
				const seenLast = [...stored.filter(seen => seen.name === name), ...(last ? [last.look] : [])];
				return !current && (!last || now - last.endedAt >= (seenLast.some(seen => isBad(seen)) ? badMs : goodMs));
			});
		},
		async lookWhereBad() {
			const stored = await read.clusters.list();
			await lookAt(({cluster: {name}}) => stored.some(seen => seen.name === name && isBad(seen)));
		},
		reset() {
			known.clear();
		},
	};
};
