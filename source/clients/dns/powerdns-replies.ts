import * as z from 'zod';
import {type RecordType} from '../../domain/dns-record.js';
import {canonicalIp} from '../../domain/ip.js';
import {safeText} from '../../domain/safe-text.js';

const recordSchema = z.object({content: z.string(), disabled: z.boolean().default(false)});
const rrsetSchema = z.object({
	name: z.string(),
	type: z.string(),
	records: z.array(recordSchema).default([]),
});

const zoneSchema = z.object({
	name: z.string(),
	kind: z.string().default(''),
	soa_edit_api: z.string().default(''),
	rrsets: z.array(rrsetSchema).default([]),
}).transform(({soa_edit_api: soaEditApi, ...zone}) => ({...zone, soaEditApi}));

export type PowerdnsZone = z.infer<typeof zoneSchema>;

/** A set as PowerDNS has it. */
export type PowerdnsSet = {
	/** As we write them; what is switched off is not among them. */
	readonly values: readonly string[];
	/** Contents of what is switched off. */
	readonly disabled: readonly string[];
};

/** The zone that an answer is; undefined: it is something else. */
export const presentZone = (json: unknown): PowerdnsZone | undefined => zoneSchema.safeParse(json).data;

export const withDot = (name: string): string => `${name.replace(/\.$/, '')}.`;
const withoutDot = (name: string): string => safeText(name.toLowerCase().replace(/\.$/, ''), 1100);

/** A record's content as we write it. */
export const valueOf = (type: RecordType, content: string): string => type === 'PTR' ? withoutDot(content) : canonicalIp(content) ?? safeText(content);

/** What stands under a name: the set of that type, and a CNAME. What an older server sends of other names, and of other types, is left out. */
export const setsOf = (rrsets: PowerdnsZone['rrsets'], name: string, type: RecordType): {readonly present: PowerdnsSet | undefined; readonly alias: string | null} => {
	const here = rrsets.filter(set => withoutDot(set.name) === name);
	const served = (wanted: string) => here.find(set => set.type === wanted);
	const set = served(type);
	const alias = served('CNAME')?.records.find(({disabled}) => !disabled);
	return {
		present: set && {
			values: set.records.filter(({disabled}) => !disabled).map(({content}) => valueOf(type, content)),
			disabled: set.records.filter(({disabled}) => disabled).map(({content}) => content),
		},
		alias: alias === undefined ? null : withoutDot(alias.content),
	};
};
