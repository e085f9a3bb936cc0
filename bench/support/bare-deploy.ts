import PQueue from 'p-queue';
import {Agent, request} from 'undici';
import {formOf} from '../../source/clients/proxmox/api-call.js';
import {limits, type Simulator} from './place.js';
import {followTasks} from './task-ends.js';

type Method = 'GET' | 'POST' | 'PUT';
type Parameters = Readonly<Record<string, string | number>>;

/** A cluster as the plainest script speaks to it, within the same limits. */
export type BareCluster = {
	readonly deploy: (index: number) => Promise<void>;
	readonly close: () => Promise<void>;
};

type Wire = {
	readonly call: (method: Method, path: string, parameters?: Parameters) => Promise<unknown>;
	/** The call, and its task to the end, for which it waits perfectly. */
	readonly run: (method: Method, path: string, parameters?: Parameters) => Promise<void>;
	readonly clones: PQueue;
};

const createWire = ({url, tokenId, tokenSecret, logFile}: Simulator): Wire & {readonly close: () => Promise<void>} => {
	const agent = new Agent({connections: limits.calls, connect: {rejectUnauthorized: false}});
	const ends = followTasks(logFile);
	const ofCluster = new PQueue({concurrency: limits.calls});
	const ofNode = new PQueue({concurrency: limits.callsPerNode});

	const send = async (method: Method, path: string, parameters?: Parameters): Promise<unknown> => {
		const answer = await request(`${url}/api2/json${path}`, {
			method,
			dispatcher: agent,
			headers: {authorization: `PVEAPIToken=${tokenId}=${tokenSecret}`, ...(parameters && {'content-type': 'application/x-www-form-urlencoded'})},
			...(parameters && {body: formOf(parameters)}),
		});
		const text = await answer.body.text();
		if (answer.statusCode !== 200) {
			throw new Error(`${method} ${path}: ${answer.statusCode} ${text}`);
		}

		return (JSON.parse(text) as {readonly data: unknown}).data;
	};

	const call: Wire['call'] = async (method, path, parameters) => {
		const work = async () => ofCluster.add(async () => send(method, path, parameters));
		return path.startsWith('/nodes/') ? ofNode.add(work) : work();
	};

	return {
		call,
		async run(method, path, parameters) {
			await ends.wait(await call(method, path, parameters) as string);
		},
		clones: new PQueue({concurrency: limits.clonesPerStorage}),
		async close() {
			ends.close();
			await agent.close();
		},
	};
};

/** What the pipeline asks of the cluster for the benchmark's package, in its order. */
const deploy = async ({call, run, clones}: Wire, index: number, isFirst: boolean): Promise<void> => {
	const vmid = limits.firstVmid + 5000 + index;
	const vm = `/nodes/pve1/qemu/${vmid}`;
	const name = `bare${index}.example.net`;
	const address = `10.200.${Math.floor(index / 250)}.${(index % 250) + 1}`;
	if (isFirst) {
		await call('GET', '/cluster/resources');
	}

	await clones.add(async () => {
		await call('GET', '/cluster/resources');
		await run('POST', '/nodes/pve1/qemu/9000/clone', {
			newid: vmid, name, description: 'bare', full: 1, storage: 'local-lvm',
		});
	});
	await call('GET', `${vm}/config`);
	await call('GET', '/cluster/resources');
	await call('GET', `${vm}/config`);
	await call('PUT', `${vm}/config`, {cores: 2});
	await call('GET', `${vm}/config`);
	await run('PUT', `${vm}/resize`, {disk: 'scsi0', size: '10G'});
	const {scsi0, net0} = await call('GET', `${vm}/config`) as Readonly<Record<string, string>>;
	await call('PUT', `${vm}/config`, {scsi0: `${scsi0},mbps_rd=100,mbps_wr=80`});
	await call('GET', `${vm}/config`);
	await call('PUT', `${vm}/config`, {net0: `${net0},tag=7,rate=12.5,firewall=1`});
	await call('GET', `${vm}/firewall/options`);
	await call('GET', `${vm}/firewall/ipset`);
	await call('GET', `${vm}/config`);
	await call('POST', `${vm}/firewall/ipset`, {name: 'ipfilter-net0'});
	await call('POST', `${vm}/firewall/ipset/ipfilter-net0`, {cidr: address});
	await call('PUT', `${vm}/firewall/options`, {enable: 1, ipfilter: 1, policy_in: 'ACCEPT'});
	await call('GET', `${vm}/config`);
	await call('PUT', `${vm}/config`, {
		name, onboot: 1, ciuser: 'root', ipconfig0: `ip=${address}/16,gw=10.200.0.1`, nameserver: '10.200.0.2',
	});
	await call('GET', `${vm}/status/current`);
	await call('GET', `${vm}/config`);
	await run('POST', `${vm}/status/start`);
	await call('GET', `${vm}/status/current`);
};

/** The same deploys by a script that keeps nothing, checks nothing and knows at once when a task has ended. */
export const openBareCluster = (simulator: Simulator): BareCluster => {
	const wire = createWire(simulator);
	return {
		deploy: async index => deploy(wire, index, index === 0),
		close: wire.close,
	};
};
