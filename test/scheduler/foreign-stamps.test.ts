import {readFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, test} from 'vitest';
import {systemClock} from '../../source/domain/clock.js';
import {explain} from '../../source/domain/explain.js';
import {findWorkable} from '../../source/domain/workable.js';
import {createForeignAddresses} from '../../source/pipelines/foreign-addresses.js';
import {createVm} from '../../source/simulation/vms.js';
import {type Config} from '../../source/simulation/world.js';
import {createClusterHealth} from '../../source/scheduler/cluster-health.js';
import {
	addVm,
	makeFolder,
	openStoreIn,
	settingsWith,
	startCluster,
	startScheduler,
	until,
	type TestCluster,
} from './world.js';

const add = ({server: {cluster}}: TestCluster, vmid: number, config: Config): Config => {
	const vm = createVm(cluster, vmid, 'pve2', {name: `vm-${vmid}`, ...config});
	cluster.vms.set(vmid, vm);
	return vm.config;
};

const theirs = {description: 'cronsole:deadbeef:v3'};

const open = async () => {
	const logFile = path.join(makeFolder(), 'requests.jsonl');
	const cluster = await startCluster({logFile});
	const store = await openStoreIn(makeFolder());
	const settings = settingsWith({clusters: [cluster.cluster]});
	let aheadMs = 0;
	const clock = {now: () => systemClock.now() + aheadMs, monotonic: () => systemClock.monotonic() + aheadMs};
	const foreign = createForeignAddresses(clock);
	const health = createClusterHealth({
		read: store.read, write: store.write, settings: () => settings, connectionOf: cluster.connectionOf, installation: store.installation, foreign, clock,
		log: () => undefined, onChange: () => undefined,
	});
	return {
		cluster, store, settings, foreign, proxmox: cluster.connectionOf('fra1')!.reader,
		/** Looks once more, so long after the last time. */
		async look(passedMs = 61_000) {
			aheadMs += passedMs;
			await health.lookWhereDue();
			const [seen] = await store.read.clusters.list();
			return seen!;
		},
		countReads: (vmid: number) => readFileSync(logFile, 'utf8').split('\n').filter(line => line.includes(`/qemu/${vmid}/config`)).length,
	};
};

describe('another installation\'s stamp', () => {
	test('in our range of VMIDs is seen, and nothing is worked on there until it is gone', async () => {
		const {cluster, settings, store, look} = await open();
		const config = add(cluster, 5003, theirs);
		const seen = await look();
		expect(seen).toMatchObject({state: 'degraded', foreignInstallation: 'deadbeef', error: 'VM 5003 (vm-5003) on pve2 bears the stamp of another installation, deadbeef'});
		expect(findWorkable(settings.clusters, [seen], []).clusters).toEqual([]);
		expect(await look(5100)).toMatchObject({foreignInstallation: 'deadbeef'});

		config.description = 'by hand';
		const after = await look(5100);
		expect(after).toMatchObject({state: 'ok', foreignInstallation: null, error: null});
		expect(findWorkable(settings.clusters, await store.read.clusters.list(), []).clusters).toEqual(['fra1']);
	});

	test('goes with its VM', async () => {
		const {cluster, look} = await open();
		add(cluster, 5003, theirs);
		await look();
		cluster.server.cluster.vms.delete(5003);
		expect(await look(5100)).toMatchObject({foreignInstallation: null});
	});

	test('is looked for outside our range only where a look for addresses has met it', async () => {
		const {cluster, look, foreign, proxmox, countReads} = await open();
		const config = add(cluster, 301, theirs);
		expect(await look()).toMatchObject({foreignInstallation: null});
		expect(countReads(301)).toBe(0);
		await foreign.list(proxmox, async () => new Set());
		expect(await look()).toMatchObject({foreignInstallation: 'deadbeef'});
		delete config.description;
		expect(await look()).toMatchObject({foreignInstallation: null});
	});

	test('costs a look at each such VM in ten minutes, and none at our own', async () => {
		const {cluster, store, look, countReads} = await open();
		add(cluster, 5003, {description: 'by hand'});
		add(cluster, 5004, {});
		const {vm} = await addVm(store);
		await store.write(async ({vms}) => {
			await vms.reserveVmid(vm, [5004, 5999], new Set());
			await vms.set(vm.id, {node: 'pve2'});
		});
		for (let minutes = 0; minutes < 9; minutes++) {
			await look();
		}

		expect([countReads(5003), countReads(5004)]).toEqual([1, 0]);
		await look(120_000);
		expect([countReads(5003), countReads(5004)]).toEqual([2, 0]);
	});

	test('is not forgotten while the cluster or that VM\'s node cannot be asked', async () => {
		const {cluster, look} = await open();
		add(cluster, 5003, theirs);
		await look();
		cluster.server.faults.command({add: {kind: 'no-quorum'}});
		expect(await look(5100)).toMatchObject({state: 'no-quorum', foreignInstallation: 'deadbeef'});
		cluster.server.faults.command({set: [{kind: 'proxy-refused', node: 'pve2'}]});
		expect(await look(5100)).toMatchObject({state: 'degraded', foreignInstallation: 'deadbeef'});
		cluster.server.faults.command({set: [{kind: 'node-down', node: 'pve2'}]});
		expect(await look(5100)).toMatchObject({state: 'degraded', foreignInstallation: 'deadbeef'});
	});

	test('is no matter of a VM that cannot be read: the cluster is as well as it was', async () => {
		const {cluster, look} = await open();
		add(cluster, 5003, {});
		cluster.server.faults.command({
			add: {
				kind: 'status', path: '/qemu/5003/config$', status: 500, text: 'unable to read',
			},
		});
		expect(await look()).toMatchObject({state: 'ok', error: null, foreignInstallation: null});
	});

	test('is an incident that names the VM, the installation and what to do, and `vm explain` says it', async () => {
		const cluster = await startCluster();
		const store = await openStoreIn(makeFolder());
		const config = add(cluster, 5003, theirs);
		const settings = settingsWith({clusters: [cluster.cluster]});
		const {scheduler} = await startScheduler(store, 'daemon', {...cluster, settings});
		await until(async () => (await store.read.incidents.listOpen()).length > 0);
		expect(await store.read.incidents.listOpen()).toMatchObject([{
			key: 'cluster:fra1:foreign', severity: 'critical', command: 'cronsole check',
			cause: 'nothing is changed on fra1: VM 5003 (vm-5003) on pve2 bears the stamp of another installation, deadbeef; give each installation a cluster or a range of VMIDs of its own, or remove the stamp from that VM\'s description',
		}]);

		const {vm, operation} = await addVm(store);
		await new Promise(resolve => {
			setTimeout(resolve, 700);
		});
		expect(await store.read.operations.find(operation.id)).toMatchObject({state: 'waiting'});
		expect(explain(vm, operation, {
			now: Date.now(), hold: null, hasLeader: true, clusters: await store.read.clusters.list(), maintenance: [], tasks: [],
		})).toMatchObject({waitsFor: 'fra1: nothing is changed there: VM 5003 (vm-5003) on pve2 bears the stamp of another installation, deadbeef', command: 'cronsole check'});

		delete config.description;
		await scheduler.reload(settings); // It looks anew at once.
		await until(async () => (await store.read.operations.find(operation.id))?.state === 'done');
		await until(async () => (await store.read.incidents.listOpen()).length === 0);
	});
});
