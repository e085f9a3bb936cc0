import {parseUpid} from '../../domain/proxmox-texts.js';
import {safeText} from '../../domain/safe-text.js';
import {ClientError} from '../client-error.js';
import {type Api} from './api.js';
import {path} from './api-call.js';
import {type Proxmox} from './proxmox.js';
import {taskLogReply, tasksReply, taskStatusReply} from './replies.js';

type TaskCalls = Pick<Proxmox, 'listClusterTasks' | 'listNodeTasks' | 'getTaskStatus' | 'getTaskLog'>;

const mostRows = 500; // Proxmox's own default is 50, less than a busy minute of a large cluster.

/** What is asked about tasks; a task is asked for on the node that runs it, which its UPID names. */
export const taskCalls = ({ask, askPage, cluster}: Api): TaskCalls => {
	const nodeOf = (upid: string): string => {
		const named = parseUpid(upid);
		if (!named) {
			throw new ClientError(`“${safeText(upid, 100)}” is no UPID`, {peer: cluster, kind: 'rejected'});
		}

		return named.node;
	};

	return {
		listClusterTasks: async () => ask({method: 'GET', path: path`/cluster/tasks`}, tasksReply),
		listNodeTasks: async (node, {vmid, type, since}) => ask({
			method: 'GET',
			path: path`/nodes/${node}/tasks`,
			node,
			// Without `all`, running tasks are not among them.
			parameters: {
				vmid, typefilter: type, since: since === undefined ? undefined : Math.floor(since), source: 'all', limit: mostRows,
			},
		}, tasksReply),
		async getTaskStatus(upid) {
			const node = nodeOf(upid);
			return ask({method: 'GET', path: path`/nodes/${node}/tasks/${upid}/status`, node}, taskStatusReply);
		},
		async getTaskLog(upid, {start, limit}) {
			const node = nodeOf(upid);
			const {rows, total} = await askPage({
				method: 'GET', path: path`/nodes/${node}/tasks/${upid}/log`, node, parameters: {start, limit},
			}, taskLogReply);
			return {lines: rows, total: total ?? (start + rows.length)};
		},
	};
};
