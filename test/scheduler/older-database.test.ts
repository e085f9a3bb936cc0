import {readdirSync} from 'node:fs';
import path from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {compareWithClusters} from '../../source/app/compare-with-clusters.js';
import {systemClock} from '../../source/domain/clock.js';
import {stampOf} from '../../source/domain/vm.js';
import {createVm} from '../../source/simulation/vms.js';
import {openStore} from '../../source/store/open-store.js';
import {
	addVm,
	makeFolder,
	openStoreIn,
	settingsWith,
	startCluster,
	startScheduler,
	until,
} from './world.js';

const world = async () => {
	const cluster = await startCluster({});
	const store = await openStoreIn(makeFolder());
	const settings = settingsWith({clusters: [cluster.cluster]});
	return {
		cluster, store, settings,
		/** A VM that stands on the cluster with our stamp. */
		stand(vmid: number, vm: number, name: string) {
			cluster.server.cluster.vms.set(vmid, createVm(cluster.server.cluster, vmid, 'pve2', {name, description: stampOf(store.installation, {id: vm})}));
		},
		compare: async () => compareWithClusters({
			store, settings, connectionOf: cluster.connectionOf, asOf: Date.now() - 60_000,
		}),
	};
};

test('a VM of ours that the database does not know pauses all work, says so as an incident with its command, and is neither touched nor made again', async () => {
	const {store, settings, cluster, stand} = await world();
	const started: number[] = [];
	stand(5010, 4711, 'web9.example.net');
	const {end} = await startScheduler(store, 'daemon', {
		settings, connectionOf: cluster.connectionOf,
		async pipeline(operation) {
			started.push(operation.id);
			return {outcome: 'waiting', steps: 1, line: 'waiting'};
		},
	});
	await until(async () => await store.read.upkeep.findRestored() !== null);
	const {operation} = await addVm(store);
	await store.ring();
	const find = async () => (await store.read.incidents.listOpen()).find(({key}) => key === 'database:restored');
	await until(async () => await find() !== undefined);
	expect(await find()).toMatchObject({
		severity: 'critical', command: 'cronsole db accept',
		cause: 'this database is older than VM 5010 on fra1/pve2, which bears our stamp of v4711: nothing is worked on until it was compared with the clusters',
	});
	await end();
	expect(started).not.toContain(operation.id);
});

test('a comparison finds what was made since, takes it for its order, and never gives its VMID or number again', async () => {
	const {store, settings, cluster, stand, compare} = await world();
	const {vm} = await addVm(store);
	const {vm: gone} = await addVm(store);
	await store.write(async tables => {
		await tables.vms.reserveVmid(gone, [5000, 5999], new Set());
		await tables.vms.set(gone.id, {node: 'pve1'});
		await tables.upkeep.pauseRestored('a test', Date.now());
	});
	stand(5001, vm.id, vm.hostname);
	stand(5002, 900, 'web9.example.net');
	const {lines, problems, placed, vmids, highestVm} = await compare();
	expect(problems).toEqual([]);
	expect(placed).toEqual([{vmId: vm.id, vmid: 5001, node: 'pve2'}]);
	expect(vmids).toEqual(expect.arrayContaining([{cluster: 'fra1', vmid: 5001}, {cluster: 'fra1', vmid: 5002}]));
	expect(highestVm).toBe(900);
	expect(lines).toEqual([
		`VM 5001 (${vm.hostname}) on fra1/pve2 was made for v${vm.id}: it is taken for that order, and not made again`,
		`VM 5002 (web9.example.net) on fra1/pve2 bears our stamp of v900, which this database does not know: it stays as it is; to take it over, remove the line “cronsole:${store.installation}:v900” from its description, then \`cronsole vm import fra1/5002 --reference R\``,
		`${gone.hostname} (v${gone.id}): VM 5000 is not on fra1 any more`,
		expect.stringContaining(`${vm.hostname} (v${vm.id}): its create was under way`),
		expect.stringContaining(`${gone.hostname} (v${gone.id}): its create was under way`),
	]);
	await store.write(async ({upkeep}) => upkeep.accept({vmids, placed, highestVm}, Date.now()));
	expect((await compare()).placed).toEqual([]);
	expect(await store.read.upkeep.findUnknown([{
		cluster: 'fra1', node: 'pve2', vmid: 5002, vm: 900, name: null,
	}])).toEqual([]);
	expect(settings.clusters).toHaveLength(1);
	expect(cluster.server.cluster.vms.has(5002)).toBe(true);
});

test('VMIDs of VMs that came and went since are read from the nodes\' tasks', async () => {
	const {cluster, compare} = await world();
	const {reader} = cluster.connectionOf('fra1')!;
	const [node] = (await reader.getClusterStatus()).nodes;
	cluster.server.cluster.vms.set(5077, createVm(cluster.server.cluster, 5077, node!.name, {name: 'x'}));
	await cluster.connectionOf('fra1')!.guardedBy(() => undefined).startVm({node: node!.name, vmid: 5077});
	await until(async () => (await reader.listNodeTasks(node!.name, {})).some(row => row.upid.includes(':5077:')));
	expect((await compare()).vmids).toContainEqual({cluster: 'fra1', vmid: 5077});
});

test('where a cluster cannot be seen whole nothing goes on', async () => {
	const {store, settings} = await world();
	const {problems} = await compareWithClusters({
		store, settings: {...settings, clusters: [{...settings.clusters[0]!, name: 'fra2'}]}, connectionOf: () => undefined, asOf: 0,
	});
	expect(problems).toHaveLength(1);
	expect(problems[0]).toMatch(/^fra2: /);
});

test('a daemon copies the database by itself once a day, into a folder beside it', async () => {
	const folder = makeFolder();
	const store = await openStoreIn(folder);
	const {end} = await startScheduler(store, 'daemon', {settings: settingsWith({clusters: []})});
	await until(async () => (await store.read.upkeep.findLastCopy()).madeAt !== null);
	await end();
	expect((await store.read.upkeep.findLastCopy()).madeAt).toBeGreaterThan(Date.now() - 60_000);
	const [name, ...others] = readdirSync(path.join(folder, 'backups'));
	expect(others).toEqual([]);
	expect(name).toMatch(/^cronsole-\d{8}T\d{6}Z\.db$/);
	const copy = await openStore({path: path.join(folder, 'backups', name!), clock: systemClock});
	onTestFinished(async () => copy.close());
	expect(copy.installation).toBe(store.installation);
	expect(await copy.read.upkeep.findRestored()).not.toBeNull();
});
