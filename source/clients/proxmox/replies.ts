import * as z from 'zod';
import {parseUpid} from '../../domain/proxmox-texts.js';
import {safeText} from '../../domain/safe-text.js';
import {type Resource, type TaskRow} from './proxmox.js';
import {
	either,
	flag,
	maybe,
	number,
	shown,
	text,
} from './reply-values.js';

export const versionReply = z.object({version: shown(40)});

export const clusterStatusReply = z.array(z.object({
	type: text, name: maybe(text), quorate: maybe(flag), online: maybe(flag),
})).transform(rows => ({
	// A host that stands alone has no row of a cluster, and nobody to lose.
	isQuorate: rows.find(({type}) => type === 'cluster')?.quorate ?? true,
	nodes: rows.flatMap(({type, name, online}) => type === 'node' && name !== undefined ? [{name, isOnline: online ?? false}] : []),
}));

const vmRow = z.object({
	type: z.literal('qemu'),
	vmid: number,
	node: text,
	status: either(z.enum(['running', 'stopped', 'unknown']), 'unknown'),
	name: maybe(shown(255)),
	template: flag,
	lock: maybe(shown(40)),
	maxmem: maybe(number),
	tags: maybe(shown(1000)),
});
const nodeRow = z.object({
	type: z.literal('node'), node: text, status: either(z.enum(['online', 'offline', 'unknown']), 'unknown'), maxmem: maybe(number), mem: maybe(number),
});
const storageRow = z.object({
	type: z.literal('storage'),
	storage: text,
	node: text,
	status: either(shown(40), safeText('unknown')),
	shared: flag,
	content: either(text, '').transform(list => list.split(/[\s,;]+/).filter(Boolean)),
	disk: maybe(number),
	maxdisk: maybe(number),
});
const usedTypes = new Set<unknown>(['qemu', 'node', 'storage']);

/** Rows of other types are left out; a row of ours that cannot be read fails the whole, so that no VM is taken for gone. */
export const resourcesReply = z.array(z.unknown())
	.transform(rows => rows.filter(row => usedTypes.has((row as {type?: unknown} | null)?.type)))
	.pipe(z.array(z.discriminatedUnion('type', [vmRow, nodeRow, storageRow]))) satisfies z.ZodType<readonly Resource[]>;

/** Path → privileges; the value of each says only whether it is passed on. */
export const permissionsReply = z.record(z.string(), z.record(z.string(), z.unknown())).transform(paths =>
	Object.fromEntries(Object.entries(paths).map(([path, privileges]) => [path, Object.keys(privileges)])));

export const clusterFirewallReply = z.object({enable: maybe(flag)});

/** Who, what and when stands in the UPID, whole; a row without one could not be asked about. */
export const tasksReply = z.array(z.object({
	upid: text, starttime: maybe(number), endtime: maybe(number), status: maybe(text),
})).transform(rows => rows.flatMap(({upid, starttime, endtime, status}): TaskRow[] => {
	const named = parseUpid(upid);
	return named
		? [{
			...named,
			upid,
			startTime: starttime ?? named.startTime,
			...(endtime !== undefined && {endTime: endtime}),
			...(status !== undefined && status !== 'RUNNING' && {status: safeText(status)}),
		}]
		: [];
}));

export const taskStatusReply = z.object({status: z.enum(['running', 'stopped']), exitstatus: maybe(text)}).transform(({status, exitstatus}) => ({
	isRunning: status === 'running',
	exitStatus: status === 'running' ? null : safeText(exitstatus ?? 'unexpected status'),
}));

/** A line and its number; where there is none, Proxmox says `no content` as if it were a line. */
export const taskLogReply = z.array(z.object({n: number, t: either(text, '')}))
	.transform(rows => rows.length === 1 && rows[0]!.t === 'no content' ? [] : rows.toSorted((a, b) => a.n - b.n).map(({t}) => safeText(t, 2000)));

const valueOf = (value: unknown): string | number | undefined => {
	if (typeof value === 'boolean') {
		return Number(value);
	}

	return typeof value === 'string' || typeof value === 'number' ? value : undefined;
};

/** Values of a config as they are: text or number. */
export const configReply = z.record(z.string(), z.unknown().transform(valueOf));

export const vmStatusReply = z.object({status: z.enum(['running', 'stopped']), lock: maybe(shown(40))}).transform(({status, lock}) => ({status, lock: lock ?? null}));

export const ipSetsReply = z.array(z.object({name: text})).transform(rows => rows.map(({name}) => name));

export const ipSetEntriesReply = z.array(z.object({cidr: text})).transform(rows => rows.map(({cidr}) => cidr));

export const upidReply = text.refine(value => value.startsWith('UPID:') && parseUpid(value) !== undefined, {error: 'no UPID: nothing was started'});

export const anyReply = z.unknown();

export {number as totalReply} from './reply-values.js';
