/**
 What went wrong with a peer, in the eight ways that code branches on:

 - `transient`: may go well if asked again (5xx, time-outs, file-lock time-outs); nothing was changed
 - `locked`: the VM is locked by Proxmox (`VM is locked (backup)`)
 - `missing`: a definite answer that the thing does not exist (or lies elsewhere)
 - `denied`: the token or its privileges (401, 403)
 - `rejected`: the peer will never accept this (400, 501, "already exists", a failed check)
 - `no-quorum`: the cluster is read-only
 - `unknown-outcome`: a change was sent and no answer came: look before you decide
 - `observed`: the peer is only observed: the change, which the message spells out, was not sent
 */
export type ClientErrorKind = 'transient' | 'locked' | 'missing' | 'denied' | 'rejected' | 'no-quorum' | 'unknown-outcome' | 'observed';

/**
 Whose fault it is. `cluster`: the peer's as a whole, so that everything with it waits (401, no quorum, no URL reachable). `node`: the node in the path
 does not answer (595, 596, 599). `item`: this VM, this record.
 */
export type FaultScope = 'cluster' | 'node' | 'item';

/** A peer (a cluster, a name server, a panel) refused or did not answer. The message is safe text for people, with no secret in it. */
export class ClientError extends Error {
	override readonly name = 'ClientError';
	/** `fra1`: the cluster's, zone's or panel's name in the config. */
	readonly peer: string;
	readonly kind: ClientErrorKind;
	readonly scope: FaultScope;
	/** The node in the path, where one was. */
	readonly node: string | null;
	/** HTTP status, where one came. */
	readonly status: number | null;
	/** How long the peer wants to be left alone; ms. Null: it did not say. */
	readonly retryAfterMs: number | null;

	constructor(message: string, {peer, kind, scope = 'item', node = null, status = null, retryAfterMs = null, cause}: {
		readonly peer: string;
		readonly kind: ClientErrorKind;
		readonly scope?: FaultScope;
		readonly node?: string | null;
		readonly status?: number | null;
		readonly retryAfterMs?: number | null;
		readonly cause?: unknown;
	}) {
		super(message, {cause});
		this.peer = peer;
		this.kind = kind;
		this.scope = scope;
		this.node = node;
		this.status = status;
		this.retryAfterMs = retryAfterMs;
	}
}
