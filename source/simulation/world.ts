import {type Faults} from './faults.js';
import {type Locks} from './locks.js';
import {type Random} from './random.js';
import {type Tasks} from './task.js';
import {type Flow} from './traffic.js';
import {type PveRelease} from './verify.js';

/** A VM's configuration: numbers where the API answers numbers, else text. */
export type Config = Record<string, string | number>;

/** One life of a QEMU process: counters and uptime begin anew with each. */
export type Run = {readonly node: string; readonly startedAt: number; endedAt?: number};

export type Snapshot = {
	readonly name: string;
	description?: string;
	readonly snaptime: number;
	readonly vmstate: boolean;
	readonly parent?: string;
	readonly config: Config;
};

export type FirewallRule = Record<string, string | number>;

export type Ipset = {readonly name: string; comment?: string; readonly members: Array<{readonly cidr: string; comment?: string; nomatch?: number}>};

export type Firewall = {options: Config; ipsets: Ipset[]; rules: FirewallRule[]};

export type Vm = {
	readonly vmid: number;
	node: string;
	/** Where it was before, each until it was moved away. */
	readonly moves: Array<{readonly node: string; readonly until: number}>;
	readonly createdAt: number;
	config: Config;
	/** Changes that wait for the next start; null takes a key away. */
	pending: Record<string, string | number | null>;
	runs: Run[];
	isPaused: boolean;
	snapshots: Snapshot[];
	/** The snapshot that the present state descends from. */
	parent?: string;
	firewall: Firewall;
	pool?: string;
	readonly flow: Flow;
};

export type Backup = {
	readonly volid: string;
	readonly storage: string;
	readonly vmid: number;
	/** When the backup began, in seconds. */
	readonly ctime: number;
	readonly size: number;
	readonly config: Config;
	readonly firewall: Firewall;
	notes?: string;
	isProtected: boolean;
};

export type Storage = {
	readonly id: string;
	readonly type: 'dir' | 'lvmthin';
	readonly content: readonly string[];
	readonly isShared: boolean;
	readonly path?: string;
	readonly total: number;
	readonly base: number;
	readonly prune: string;
};

export type Host = {
	readonly name: string;
	readonly nodeid: number;
	readonly ip: string;
	readonly bootedAt: number;
	/** When it went away; absent while it is there. */
	offlineSince?: number;
	/** Earlier absences, for the gaps in its graphs. */
	readonly gaps: Array<{readonly from: number; readonly to: number}>;
};

/** The whole simulated cluster's state, and what it is made with. All times are in simulated milliseconds. */
export type World = {
	readonly pve: PveRelease;
	readonly bornAt: number;
	readonly now: number;
	readonly random: Random;
	readonly faults: Faults;
	readonly locks: Locks;
	readonly tasks: Tasks;
	readonly hosts: readonly Host[];
	readonly storages: readonly Storage[];
	readonly vms: Map<number, Vm>;
	readonly backups: Backup[];
	readonly pools: Map<string, {comment?: string}>;
	readonly datacenterFirewall: Config;
	/** Upper-case SHA-256 of the server's certificate, once there is a server. */
	fingerprint: string | null;
};

export const user = 'cronsole@pve';
export const tokenName = 'ops';
export const tokenId = `${user}!${tokenName}`;

/** The seconds of a moment, as the API tells time. */
export const seconds = (milliseconds: number): number => Math.floor(milliseconds / 1000);

export const isQuorate = (world: World): boolean =>
	world.faults.find('no-quorum', {}) === undefined && world.hosts.filter(host => host.offlineSince === undefined).length * 2 > world.hosts.length;

/** The node that answers: the first that is there. */
export const localHost = (world: World): Host => world.hosts.find(host => host.offlineSince === undefined) ?? world.hosts[0]!;
