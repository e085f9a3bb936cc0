import {type Clock} from '../../domain/clock.js';
import {type ClusterSettings} from '../../domain/settings.js';
import {ClientError} from '../client-error.js';
import {createApi} from './api.js';
import {createCalls} from './calls.js';
import {clusterCalls} from './cluster-calls.js';
import {firewallCalls} from './firewall-calls.js';
import {lifeCalls} from './life-calls.js';
import {type Guard, type Proxmox, type ProxmoxConnection} from './proxmox.js';
import {taskCalls} from './task-calls.js';
import {vmCalls} from './vm-calls.js';

/** Opens a cluster's API over HTTPS. Nothing is sent before the first call. */
export const connectProxmox = (settings: ClusterSettings, options: {readonly clock: Clock}): ProxmoxConnection => {
	const {name, observe} = settings;
	const calls = createCalls(settings, options);

	const refuse = (reason: string): Guard => () => {
		throw new ClientError(`${name} ${reason}: nothing was sent`, {peer: name, kind: 'rejected'});
	};

	const open = (guard: Guard): Proxmox => {
		const api = createApi(calls, name, guard);
		return {
			cluster: name, ...clusterCalls(api), ...taskCalls(api), ...vmCalls(api), ...lifeCalls(api), ...firewallCalls(api),
		};
	};

	return {
		// The last stop for a cluster that is only observed, whoever forgot to ask.
		guardedBy: guard => open(observe ? refuse('is only observed') : guard),
		reader: open(refuse('is open for looking only')),
		close: calls.close,
	};
};
