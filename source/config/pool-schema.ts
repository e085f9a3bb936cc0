import * as z from 'zod';
import {proxmoxName} from '../intents/package-schema.js';
import {strict} from '../intents/problems.js';
import {parseIp} from '../domain/ip.js';
import {type PoolSettings} from '../domain/settings.js';
import {
	duration,
	ip,
	line,
	name,
} from './fields.js';

/** A row of `pools`. */
export const poolSchema = () => strict({
	name,
	cluster: name,
	bridge: proxmoxName,
	vlan: z.int().min(0).max(4094).default(0),
	gateway: ip,
	prefix: z.int().min(1).max(128),
	first: ip,
	last: ip,
	resolvers: z.array(ip).default([]),
	alertBelow: z.int().min(0).default(5),
	quarantine: duration().default(72 * 3_600_000),
	genericPtr: line.refine(text => text.includes('{ip}'), {error: 'must contain {ip}'}).nullable().default(null),
}).transform(({quarantine, ...pool}): PoolSettings => ({...pool, family: parseIp(pool.first)!.family, quarantineMs: quarantine}));
