import {randomBytes} from 'node:crypto';
import {type Operation} from '../../source/domain/operation.js';
import {type Package} from '../../source/domain/package.js';
import {type Settings} from '../../source/domain/settings.js';
import {type Vm} from '../../source/domain/vm.js';
import {createIntents} from '../../source/intents/create-intents.js';
import {type FaultRule, type FaultSubject} from '../../source/simulation/faults.js';
import {type Vm as Guest} from '../../source/simulation/world.js';
import {startDaemon, type Worker} from '../torture/days-process.js';
import {createDaysWorld, type DaysWorld} from '../torture/days-world.js';

const common: Package = {
	networkMbps: 100, ipv4: 1, snapshots: 100, backups: 100, firewall: {enable: true, ipfilter: true}, diskReadMBps: 100,
};

/** Two that differ in all that a change can change. */
const packages: Settings['packages'] = {
	one: {
		...common, cores: 1, memoryMib: 1024, diskGib: 10,
	},
	two: {
		...common, cores: 2, memoryMib: 2048, diskGib: 20, networkMbps: 200, ipv4: 2, diskReadMBps: 200, additionalDiskGib: 15, additionalDiskStorage: 'local-lvm', additionalDiskWriteIops: 300,
	},
};

/** An installation with its one daemon, in virtual time, and what a test does to it. */
export type EveryWorld = Omit<DaysWorld, 'close' | 'person'> & {
	readonly person: DaysWorld['person'];
	/** Kills the daemon, as it is in the midst of whatever it does. */
	readonly kill: () => void;
	/** Another daemon takes the place of one that was killed. */
	readonly reviveDaemon: () => Promise<void>;
	/** Hears of every request before it is answered, until it is told to stop. */
	readonly listen: (heard: (subject: FaultSubject) => void) => () => void;
	readonly fault: (rule: FaultRule) => void;
	readonly clearFaults: () => void;
	readonly row: (reference: string) => Promise<Vm>;
	readonly guestOf: (vm: Pick<Vm, 'vmid'>) => Guest | undefined;
	readonly listOpen: (vm: Pick<Vm, 'id'>) => Promise<readonly Operation[]>;
	/** A new number for a name. */
	readonly next: () => number;
	readonly close: () => Promise<void>;
};

/** Makes the simulator say what it is asked, straight before it looks for a fault. */
const createListening = ({server: {faults}}: DaysWorld): EveryWorld['listen'] => {
	let listener: ((subject: FaultSubject) => void) | undefined;
	const {take} = faults;
	Object.assign(faults, {
		take(...[kind, subject]: Parameters<typeof take>) {
			// The first that a request with a good token is looked at for.
			if (kind === 'revoked-token') {
				listener?.(subject);
			}

			return take(kind, subject);
		},
	});
	return heard => {
		listener = heard;
		return () => {
			listener = undefined;
		};
	};
};

/** Makes one. */
export const createEveryWorld = async (seed: number): Promise<EveryWorld> => {
	const world = await createDaysWorld({
		seed, startAt: Date.UTC(2026, 10, 21, 12), graceMs: 0, timezone: 'UTC',
	});
	const {server, store, time, ground} = world;
	const settings: Settings = {...world.settings, packages, clusters: world.settings.clusters.map(cluster => ({...cluster, destroysPerHour: 1000}))};
	const ownGround = {...ground, settings: () => settings};
	let daemon: Worker = await startDaemon(ownGround);
	let last = 0;
	const dead: Worker[] = [];

	return {
		...world, settings, listen: createListening(world),
		person: createIntents({
			store: {...store, ring: ground.bell.ring}, settings: () => settings, clock: time.clock, actor: {name: 'anna', address: null}, randomBytes,
		}),
		kill() {
			daemon.kill();
		},
		async reviveDaemon() {
			if (!daemon.process.isDead) {
				return;
			}

			dead.push(daemon);
			daemon = await startDaemon(ownGround);
		},
		fault(rule) {
			server.faults.command({add: rule});
		},
		clearFaults() {
			server.faults.command({clear: true});
			server.cluster.advance(time.clock.now());
		},
		row: async reference => (await store.read.vms.findByReference(reference))!,
		guestOf: ({vmid}) => server.cluster.vms.get(vmid ?? 0),
		listOpen: async ({id}) => store.read.operations.listOpen(id),
		next() {
			last++;
			return last;
		},
		async close() {
			const state = {hasEnded: false};
			const end = async () => {
				for (const worker of [daemon, ...dead]) {
					await worker.end();
				}

				state.hasEnded = true;
			};

			const ending = end();
			while (!state.hasEnded) {
				await world.pass(time.clock.now() + 1000);
			}

			await ending;
			await world.close();
		},
	};
};
