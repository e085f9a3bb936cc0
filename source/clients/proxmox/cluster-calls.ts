import {type Api} from './api.js';
import {path} from './api-call.js';
import {type Proxmox} from './proxmox.js';
import {
	clusterFirewallReply,
	clusterStatusReply,
	permissionsReply,
	resourcesReply,
	versionReply,
} from './replies.js';

type ClusterCalls = Pick<Proxmox, 'getVersion' | 'getClusterStatus' | 'listResources' | 'getPermissions' | 'isClusterFirewallOn'>;

/** What is asked of the cluster as a whole. */
export const clusterCalls = ({ask}: Api): ClusterCalls => ({
	async getVersion() {
		const {version} = await ask({method: 'GET', path: path`/version`}, versionReply);
		return version;
	},
	getClusterStatus: async () => ask({method: 'GET', path: path`/cluster/status`}, clusterStatusReply),
	listResources: async () => ask({method: 'GET', path: path`/cluster/resources`}, resourcesReply),
	getPermissions: async () => ask({method: 'GET', path: path`/access/permissions`}, permissionsReply),
	async isClusterFirewallOn() {
		const {enable} = await ask({method: 'GET', path: path`/cluster/firewall/options`}, clusterFirewallReply);
		return enable ?? false;
	},
});
