import * as z from 'zod';
import {type Package, weekdays} from '../domain/package.js';
import {strict} from './problems.js';

// With both bounds at once: each call of a schema's method makes a schema.
const count = (least = 0, most = 1_000_000_000) => z.int().check(z.gte(least), z.lte(most)).optional();
const anyCount = count();
const policy = z.enum(['ACCEPT', 'DROP', 'REJECT']).optional();
const logLevel = z.enum(['nolog', 'info', 'notice', 'warning', 'err', 'debug']).optional();
const flag = z.boolean().optional();

/** A time of day, `02:30`. */
export const timeOfDay = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, {error: 'must be a time of day such as "02:30"'});

/** A name of a bridge or storage, as Proxmox spells them. */
export const proxmoxName = z.string().regex(/^[a-z][\w\-.]{0,62}$/i, {error: 'must be a name: a letter, then letters, digits, dots, hyphens and underscores'});

const firewall = strict({
	enable: flag, policyIn: policy, policyOut: policy, dhcp: flag, ndp: flag, radv: flag, macfilter: flag, ipfilter: flag, logIn: logLevel, logOut: logLevel,
});

/** The fields of a package, in the config and in an order's overrides. */
export const packageSchema: z.ZodType<Package> = strict({
	cores: count(1, 8192), sockets: count(1, 4), memoryMib: count(16, 268_435_456), diskGib: count(0, 131_072),
	diskReadMBps: anyCount, diskWriteMBps: anyCount, diskReadIops: anyCount, diskWriteIops: anyCount,
	additionalDiskGib: count(0, 131_072), additionalDiskStorage: proxmoxName.optional(),
	additionalDiskReadMBps: anyCount, additionalDiskWriteMBps: anyCount, additionalDiskReadIops: anyCount, additionalDiskWriteIops: anyCount,
	networkMbps: z.number().min(0).max(10_000_000).optional(), bridge: proxmoxName.optional(), vlan: count(0, 4094),
	model: z.enum(['virtio', 'e1000', 'e1000e', 'rtl8139', 'vmxnet3']).optional(), ipv4: count(0, 64), ipv6: count(0, 64),
	snapshots: anyCount, snapshotDays: anyCount, backups: anyCount, backupDays: z.array(z.enum(weekdays)).optional(), backupAt: timeOfDay.optional(),
	trafficGb: z.number().min(0).optional(), traffic: strict({count: z.enum(['out', 'sum', 'max'])}).optional(),
	onboot: flag, agent: flag, firewall: firewall.optional(),
});
