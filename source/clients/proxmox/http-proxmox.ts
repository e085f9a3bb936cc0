import {type Clock} from '../../domain/clock.js';
import {type ClusterSettings} from '../../domain/settings.js';
import {ClientError, type ClientErrorKind} from '../client-error.js';
import {createApi} from './api.js';
import {isChange} from './api-call.js';
import {createCalls, type Calls} from './calls.js';
import {clusterCalls} from './cluster-calls.js';
import {describeCall} from './describe-call.js';
import {firewallCalls} from './firewall-calls.js';
import {lifeCalls} from './life-calls.js';
import {type Guard, type Proxmox, type ProxmoxConnection} from './proxmox.js';
import {taskCalls} from './task-calls.js';
import {vmCalls} from './vm-calls.js';

/** The same calls, of which none that could change anything goes out: it throws, telling what would have been sent. */
const observing = (calls: Calls, peer: string): Calls => ({
	...calls,
	async call(call, guard) {
		if (isChange(call)) {
			throw new ClientError(`would send: ${describeCall(call)}`, {peer, kind: 'observed', node: call.node ?? null});
		}

		return calls.call(call, guard);
	},
});

/** How a call ended; `stopped`: its guard kept it back. */
export type CallOutcome = 'ok' | ClientErrorKind | 'stopped';

/** The same calls, each of which says how it ended. */
const telling = (calls: Calls, tell: (outcome: CallOutcome) => void): Calls => ({
	...calls,
	async call(call, guard) {
		try {
			const envelope = await calls.call(call, guard);
			tell('ok');
			return envelope;
		} catch (error) {
			tell(error instanceof ClientError ? error.kind : 'stopped');
			throw error;
		}
	},
});

/** Opens a cluster's API over HTTPS. Nothing is sent before the first call. */
export const connectProxmox = (settings: ClusterSettings, {onCall = () => undefined, ...options}: {readonly clock: Clock; readonly onCall?: (outcome: CallOutcome) => void}): ProxmoxConnection => {
	const {name, observe} = settings;
	const calls = createCalls(settings, options);

	const refuse: Guard = () => {
		throw new ClientError(`${name} is open for looking only: nothing was sent`, {peer: name, kind: 'rejected'});
	};

	const open = (through: Calls, guard: Guard): Proxmox => {
		const api = createApi(telling(through, onCall), name, guard);
		return {
			cluster: name, ...clusterCalls(api), ...taskCalls(api), ...vmCalls(api), ...lifeCalls(api), ...firewallCalls(api),
		};
	};

	const changing = observe ? observing(calls, name) : calls;

	return {
		guardedBy: guard => open(changing, guard),
		reader: open(calls, refuse),
		close: calls.close,
	};
};
