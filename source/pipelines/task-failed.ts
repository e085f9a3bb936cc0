import {ClientError, type ClientErrorKind} from '../clients/client-error.js';

/** A remote task ended badly (or nobody knows how): its UPID and the end of its log go into the step log. */
export class TaskFailed extends ClientError {
	readonly upid: string | null;
	/** The last 200 lines; null where they cannot be had. */
	readonly log: string | null;

	constructor(message: string, {peer, kind, node, upid, log}: {
		readonly peer: string;
		readonly kind: ClientErrorKind;
		readonly node: string;
		readonly upid: string | null;
		readonly log: string | null;
	}) {
		super(message, {
			peer, kind, node, scope: kind === 'no-quorum' ? 'cluster' : 'item',
		});
		this.upid = upid;
		this.log = log;
	}
}

/** Nothing that trying again would cure: a person is needed at once, with this text. */
export const rejected = (vm: {readonly cluster: string; readonly node: string | null}, message: string): ClientError =>
	new ClientError(message, {peer: vm.cluster, kind: 'rejected', node: vm.node});
