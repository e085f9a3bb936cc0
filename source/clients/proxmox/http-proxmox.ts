import {type Clock} from '../../domain/clock.js';
import {type ClusterSettings} from '../../domain/settings.js';
import {ClientError} from '../client-error.js';
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

/** Opens a cluster's API over HTTPS. Nothing is sent before the first call. */
export const connectProxmox = (settings: ClusterSettings, options: {readonly clock: Clock}): ProxmoxConnection => {
	const {name, observe} = settings;
	const calls = createCalls(settings, options);

	const refuse: Guard = () => {
		throw new ClientError(`${name} is open for looking only: nothing was sent`, {peer: name, kind: 'rejected'});
	};

	const open = (through: Calls, guard: Guard): Proxmox => {
		const api = createApi(through, name, guard);
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
