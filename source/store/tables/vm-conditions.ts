import {
	type ExpressionWrapper,
	type RawBuilder,
	type SqlBool,
	sql,
} from 'kysely';

type Condition = RawBuilder<SqlBool> | ExpressionWrapper<never, never, SqlBool>;

/** Conditions of the partial indexes word for word, or SQLite would not use them. */
export const isRemoved = sql<SqlBool>`vms.status = 'removed'`;
export const isNeedy = sql<SqlBool>`vms.attention_since is not null and vms.status <> 'removed'`;
export const isSuspended = sql<SqlBool>`vms.suspended_json <> '[]' and vms.attention_since is null and vms.status <> 'removed'`;
export const isUnready = sql<SqlBool>`vms.status <> 'ready' and vms.status <> 'removed' and vms.suspended_json = '[]' and vms.attention_since is null`;

/** The others that have something to do. */
export const isReadyInWork = sql<SqlBool>`
	vms.status = 'ready' and vms.suspended_json = '[]' and vms.attention_since is null
		and exists (select 1 from operations as o where o.vm_id = vms.id and o.state in ('running', 'waiting'))
`;

const words: Readonly<Record<string, Condition>> = {
	removed: isRemoved,
	needsAttention: isNeedy,
	suspended: isSuspended,
	inWork: sql<SqlBool>`((${isUnready}) or (${isReadyInWork}))`,
};

/** A VM counts in the first that holds of removed, needsAttention, suspended, inWork; anything else is a status. */
export const isVmIn = (state: string): RawBuilder<SqlBool> =>
	(words[state] as RawBuilder<SqlBool> | undefined) ?? sql<SqlBool>`vms.status = ${state}`;

/** 0 for the living, so that they come first. */
export const livesFirst = sql`case when vms.status = 'removed' then 1 else 0 end`;
