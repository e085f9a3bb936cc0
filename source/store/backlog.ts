import {type DnsState} from '../domain/dns-record.js';
import {type OperationState} from '../domain/operation.js';
import {type OutboxState} from '../domain/outbox-state.js';

/** What is still to be done, counted. A state of which there is nothing may be absent. */
export type Backlog = {
	readonly operations: ReadonlyArray<{readonly state: Extract<OperationState, 'running' | 'waiting'>; readonly count: number}>;
	/** Those with a UPID that have not ended. */
	readonly remoteTasks: ReadonlyArray<{readonly cluster: string; readonly count: number}>;
	readonly dnsDebts: ReadonlyArray<{readonly state: Exclude<DnsState, 'done'>; readonly count: number}>;
	/** Without what was sent. */
	readonly outbox: ReadonlyArray<{readonly state: Exclude<OutboxState, 'sent'>; readonly count: number}>;
};

export type BacklogReads = {
	/** Found through the partial indexes of what is open: as cheap with a long past as without. */
	readonly count: () => Promise<Backlog>;
};
