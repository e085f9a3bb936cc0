import {ClientError} from '../clients/client-error.js';
import {type Proxmox} from '../clients/proxmox/proxmox.js';
import {type ClusterHealth} from '../domain/cluster.js';
import {describeForeign, type ForeignStamp} from '../domain/foreign-stamp.js';
import {findMissingPrivileges} from '../domain/privileges.js';
import {type Settings} from '../domain/settings.js';

/** What one look at a cluster saw. */
export type Look = Pick<ClusterHealth, 'state' | 'version' | 'error' | 'nodesDown' | 'foreignInstallation'>;

export type LookDeps = {
	readonly reader: Proxmox;
	readonly packages: Settings['packages'];
	readonly observe: boolean;
	/** Nodes that did not answer lately: each has to answer a call of its own before it is well again. */
	readonly suspects: ReadonlySet<string>;
	/** A VM on it that bears another installation's stamp. */
	readonly findForeign: () => Promise<ForeignStamp | undefined>;
	/** Wall ms. */
	readonly now: number;
};

/** `foreignInstallation` is left out where nobody could look for it. */
type Seen = Omit<Look, 'foreignInstallation'> & Partial<Pick<Look, 'foreignInstallation'>>;

const conditionOf = (error: unknown): Pick<Look, 'state' | 'error'> => {
	const message = error instanceof Error ? error.message : String(error);
	const kind = error instanceof ClientError ? error.kind : 'transient';
	return {state: kind === 'denied' || kind === 'no-quorum' ? kind : 'unreachable', error: message};
};

// Whatever a node answers, it answers: only 595, 596 and 599 are of the node itself.
const isSilent = async (reader: Proxmox, node: string, now: number): Promise<boolean> => {
	try {
		await reader.listNodeTasks(node, {since: Math.floor(now / 1000)});
		return false;
	} catch (error) {
		return error instanceof ClientError && error.scope === 'node';
	}
};

const findSilent = async ({reader, suspects, now}: LookDeps, online: readonly string[]): Promise<readonly string[]> => {
	const asked = await Promise.all(online.filter(node => suspects.has(node)).map(async node => ({node, isDown: await isSilent(reader, node, now)})));
	return asked.filter(({isDown}) => isDown).map(({node}) => node);
};

const lookBehindVersion = async (deps: LookDeps, version: string): Promise<Seen> => {
	const {reader, packages, observe} = deps;
	const {isQuorate, nodes} = await reader.getClusterStatus();
	const offline = nodes.filter(({isOnline}) => !isOnline).map(({name}) => name);
	if (!isQuorate) {
		return {
			version, state: 'no-quorum', error: `${offline.length === 0 ? 'its nodes do not agree' : `${offline.join(', ')} offline`}: it can be read but not changed`, nodesDown: offline,
		};
	}

	const isAgentWanted = Object.values(packages).some(({agent}) => agent === true);
	const missing = findMissingPrivileges(await reader.getPermissions(), version, isAgentWanted);
	if (missing.length > 0) {
		return {
			version, state: 'denied', error: `the token lacks ${missing.join(', ')}`, nodesDown: offline,
		};
	}

	const silent = await findSilent(deps, nodes.filter(({isOnline}) => isOnline).map(({name}) => name));
	const nodesDown = [...offline, ...silent];
	const foreign = await deps.findForeign();
	const errors = [...(foreign ? [describeForeign(foreign)] : []), ...offline.map(node => `${node} offline`), ...silent.map(node => `${node} not answering`)];
	return {
		version, state: observe ? 'observed' : (errors.length === 0 ? 'ok' : 'degraded'), error: errors.length === 0 ? null : errors.join(', '), nodesDown,
		foreignInstallation: foreign?.installation ?? null,
	};
};

/** Asks a cluster how it is: version, quorum and nodes, privileges, and the nodes under suspicion. Never throws for what the cluster answers. */
export const lookAtCluster = async (deps: LookDeps): Promise<Seen> => {
	let version: string;
	try {
		version = await deps.reader.getVersion();
	} catch (error) {
		return {version: null, nodesDown: [], ...conditionOf(error)};
	}

	try {
		return await lookBehindVersion(deps, version);
	} catch (error) {
		const {state, error: message} = conditionOf(error);
		// Who answers with a version can be reached: something else ails it.
		return {
			version, nodesDown: [], error: message, state: state === 'unreachable' ? 'degraded' : state,
		};
	}
};
