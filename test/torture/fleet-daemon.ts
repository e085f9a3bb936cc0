import {createMessages} from '../../source/app/messages.js';
import {createDns} from '../../source/clients/dns/create-dns.js';
import {type DnsConnections, type NameServer} from '../../source/clients/dns/dns.js';
import {createPanels} from '../../source/clients/panel/create-panels.js';
import {connectProxmox} from '../../source/clients/proxmox/http-proxmox.js';
import {type ProxmoxConnection} from '../../source/clients/proxmox/proxmox.js';
import {createTaskWatch} from '../../source/clients/proxmox/task-watch.js';
import {createVerifySite} from '../../source/clients/panel/verify-site.js';
import {type LogLine} from '../../source/domain/log.js';
import {type Settings} from '../../source/domain/settings.js';
import {moveInstall} from '../../source/pipelines/run-install.js';
import {runPipeline} from '../../source/pipelines/run-pipeline.js';
import {createScheduler} from '../../source/scheduler/scheduler.js';
import {type Random} from '../../source/simulation/random.js';
import {openStore} from '../../source/store/open-store.js';
import {type FencedStore, type Store} from '../../source/store/store.js';
import {allTasks} from '../../source/tasks/all-tasks.js';
import {type Bell} from './days-bell.js';
import {type Process, type VirtualTime} from './days-time.js';
import {type Traffic} from './fleet-traffic.js';

export type DaemonDeps = {
	readonly settings: Settings;
	readonly time: VirtualTime;
	readonly bell: Bell;
	readonly traffic: Traffic;
	readonly random: Random;
	readonly watched: (fenced: FencedStore) => FencedStore;
	readonly tell: (line: LogLine) => void;
};

/** A daemon: all of its body, but for the process and its signals. */
export type Daemon = {
	readonly isLeading: () => boolean;
	readonly stop: () => Promise<void>;
};

/** The store as the daemon has it: time waits for what it writes and copies. */
const countStore = (store: Store, process: Process, {bell, traffic: {counted}, watched}: DaemonDeps): Store => {
	const {write, copyTo} = counted({write: store.write, copyTo: store.copyTo});
	return {
		...store, write, copyTo,
		fencedBy(lease) {
			const fenced = watched(store.fencedBy(lease));
			return {...fenced, ...counted({write: fenced.write})};
		},
		ring: bell.ring,
		onRing: async heard => bell.onRing(process, heard),
	};
};

const countConnection = (connection: ProxmoxConnection, {counted}: Traffic): ProxmoxConnection => ({
	...connection, reader: counted(connection.reader), guardedBy: guard => counted(connection.guardedBy(guard)),
});

const countDns = (dns: DnsConnections, {counted}: Traffic): DnsConnections => {
	const count = (server: NameServer | undefined) => server && counted(server);
	return {
		...dns, reader: {find: place => count(dns.reader.find(place))},
		guardedBy(guard) {
			const {find} = dns.guardedBy(guard);
			return {find: place => count(find(place))};
		},
	};
};

/** What installs and letters are made with; time waits for child processes and for the mail server. */
const besides = (settings: () => Settings, {time, traffic: {counted}}: DaemonDeps) => {
	const panels = createPanels(() => settings().installs.panels);
	const messages = createMessages(settings, time.clock);
	return {
		panels: {
			...panels,
			find(name: string) {
				const panel = panels.find(name);
				return panel && counted(panel);
			},
		},
		...counted({verifySite: createVerifySite()}),
		moveInstall,
		async openMessages() {
			const senders = messages.senders();
			return {...senders, mail: senders.mail && counted(senders.mail)};
		},
		close: async () => Promise.all([panels.close(), messages.close()]),
	};
};

export const startFleetDaemon = async (deps: DaemonDeps): Promise<Daemon> => {
	const {settings, time, random, tell} = deps;
	const process: Process = {name: 'daemon', isDead: false};
	const store = countStore(await openStore({path: settings.database, clock: time.clock}), process, deps);
	const connections = new Map(settings.clusters.map(cluster => [cluster.name, countConnection(connectProxmox(cluster, {clock: time.clock}), deps.traffic)]));
	const watches = new Map(connections.entries().map(([name, {reader}]) => [name, createTaskWatch(reader)]));
	const dns = countDns(createDns(() => settings.dns, {clock: time.clock}), deps.traffic);
	const {close, ...rest} = besides(() => settings, deps);
	const session = await store.sessions.start({
		kind: 'daemon', actor: 'scheduler', address: null, isReadOnly: false,
	});
	const scheduler = createScheduler({
		store, session, settings, clock: time.clock, random: random.next, createPassword: () => `generated-${random.hex(12)}`, log: tell,
		connectionOf: name => connections.get(name), watchOf: name => watches.get(name), dns, pipeline: runPipeline, ...rest, tasks: allTasks,
		schedule(fire) {
			const beat = setInterval(fire, 1000);
			return {
				stop() {
					clearInterval(beat);
				},
			};
		},
	});
	await time.runAs(process, async () => scheduler.start());
	return {
		isLeading: scheduler.isLeading,
		async stop() {
			await time.runAs(process, async () => scheduler.stop());
			process.isDead = true;
			await store.sessions.end(session.id);
			await Promise.all([close(), dns.close(), ...connections.values().map(async connection => connection.close())]);
			await store.close();
		},
	};
};
