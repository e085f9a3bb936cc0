import {type Api} from './api.js';
import {path} from './api-call.js';
import {type Proxmox} from './proxmox.js';
import {
	anyReply,
	configReply,
	ipSetEntriesReply,
	ipSetsReply,
} from './replies.js';
import {vmCall} from './vm-calls.js';

type FirewallCalls = Pick<Proxmox, 'getFirewallOptions' | 'setFirewallOptions' | 'listIpSets' | 'createIpSet' | 'listIpSetEntries' | 'addIpSetEntry' | 'removeIpSetEntry'>;

/** The firewall of one VM. Any node answers, also for a VM on a dead one. */
export const firewallCalls = ({ask}: Api): FirewallCalls => ({
	getFirewallOptions: async place => ask(vmCall('GET', place, path`/firewall/options`), configReply),
	async setFirewallOptions(place, options) {
		if (Object.keys(options).length > 0) {
			await ask(vmCall('PUT', place, path`/firewall/options`, options), anyReply);
		}
	},
	listIpSets: async place => ask(vmCall('GET', place, path`/firewall/ipset`), ipSetsReply),
	async createIpSet(place, name) {
		await ask(vmCall('POST', place, path`/firewall/ipset`, {name}), anyReply);
	},
	listIpSetEntries: async (place, name) => ask(vmCall('GET', place, path`/firewall/ipset/${name}`), ipSetEntriesReply),
	async addIpSetEntry(place, name, cidr) {
		await ask(vmCall('POST', place, path`/firewall/ipset/${name}`, {cidr}), anyReply);
	},
	async removeIpSetEntry(place, name, cidr) {
		await ask(vmCall('DELETE', place, path`/firewall/ipset/${name}/${cidr}`), anyReply);
	},
});
