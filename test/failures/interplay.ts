import {randomBytes} from 'node:crypto';
import {setTimeout as sleep} from 'node:timers/promises';
import {expect} from 'vitest';
import {ClientError} from '../../source/clients/client-error.js';
import {type Proxmox} from '../../source/clients/proxmox/proxmox.js';
import {type Operation} from '../../source/domain/operation.js';
import {type Settings} from '../../source/domain/settings.js';
import {type Vm} from '../../source/domain/vm.js';
import {createIntents} from '../../source/intents/create-intents.js';
import {type Intents} from '../../source/intents/intents.js';
import {type MoveContext} from '../../source/pipelines/move.js';
import {runPipeline} from '../../source/pipelines/run-pipeline.js';
import {isRunning as runs} from '../../source/simulation/vms.js';
import {type NewVm} from '../../source/store/vms.js';
import {withStorage} from '../pipelines/backup-world.js';
import {deployed} from '../pipelines/changing.js';
import {createWorld, type World} from '../pipelines/world.js';

/** A deployed VM that runs in a simulated cluster, anna's verbs for it, and what moves on whatever they ask for. */
export type Play = {
	readonly world: World;
	readonly vm: Vm;
	/** The VM for the verbs. */
	readonly ref: string;
	readonly intents: Intents;
	/** The VM's row by now. */
	readonly row: () => Promise<Vm>;
	readonly listOpen: () => Promise<readonly Operation[]>;
	/** One go at the first open operation, and time passes until the next may follow; false: nothing is open, or a person is needed. */
	readonly goOnce: (own?: Partial<MoveContext>) => Promise<boolean>;
	/** Goes on until nothing is open, a person is needed, or `until` holds. */
	readonly go: (own?: Partial<MoveContext>, until?: () => Promise<boolean>) => Promise<Vm>;
};

const mail = {
	smtp: {reveal: () => ''}, fingerprints: [], from: 'ops@example.net', templates: null,
};

const findExit = async ({proxmox}: World, upid: string): Promise<string | undefined> => {
	try {
		const {isRunning, exitStatus} = await proxmox.getTaskStatus(upid);
		return isRunning ? undefined : exitStatus ?? '';
	} catch (error) {
		if (error instanceof ClientError) {
			return error.kind === 'missing' ? 'vanished' : undefined;
		}

		throw error;
	}
};

/** Takes notice of remote tasks that have ended, as the leader's watch does. */
const watch = async (world: World): Promise<void> => {
	const {store, clock} = world;
	for (const {id, upid} of await store.read.remoteTasks.listRunning()) {
		const exitStatus = await findExit(world, upid!);
		if (exitStatus !== undefined) {
			await store.write(async ({remoteTasks}) => remoteTasks.finish(id, exitStatus, clock.now()));
		}
	}
};

/** Makes one. */
export const play = async (own: Partial<Settings> = {}, order: Partial<NewVm> = {}): Promise<Play> => {
	const world = await createWorld({mail, ...own}, {speed: 20_000});
	const {store, clock} = world;
	const settings = withStorage(world);
	const vm = await deployed(world, {}, {sshKeys: ['ssh-ed25519 AAAA ada@laptop'], ...order});
	const intents = createIntents({
		store, clock, randomBytes, settings: () => settings, actor: {name: 'anna', address: null},
	});
	const listOpen = async () => store.read.operations.listOpen(vm.id);

	const goOnce: Play['goOnce'] = async (more = {}) => {
		const {needsAttention} = await world.vm(vm);
		const [first] = await listOpen();
		if (!first || needsAttention) {
			return false;
		}

		await runPipeline(first, await world.context(vm, {settings, ...more}));
		const {nextAttemptAt, remoteTaskId} = (await store.read.operations.find(first.id))!;
		world.pass(Math.max(0, (nextAttemptAt ?? 0) - clock.now()));
		await sleep(remoteTaskId === null ? 0 : 2);
		await watch(world);
		return true;
	};

	return {
		world, vm, intents, listOpen, goOnce, ref: `v${vm.id}`,
		row: async () => world.vm(vm),
		async go(more, until = async () => false) {
			for (let goes = 0; !await until() && await goOnce(more); goes++) {
				if (goes > 2000) {
					const [first] = await listOpen();
					throw new Error(`It does not end: ${first?.kind} at ${first?.position ?? 'its status'}, ${first?.waitingFor ?? 'waiting for nothing'}`);
				}
			}

			return world.vm(vm);
		},
	};
};

/** A cluster in which something happens once, straight before the so-and-so-many-th call or the first one of that name; `wasReached` says whether it came to that. */
export const interrupted = ({proxmox}: World, at: number | keyof Proxmox, happen: () => unknown): {readonly proxmox: Proxmox; readonly wasReached: () => boolean} => {
	let calls = 0;
	let isReached = false;
	return {
		wasReached: () => isReached,
		proxmox: new Proxy(proxmox, {
			get(target, name: keyof Proxmox) {
				const call = target[name] as (...given: unknown[]) => Promise<unknown>;
				return typeof call === 'function'
					? async (...given: unknown[]) => {
						calls++;
						if (!isReached && (calls === at || name === at)) {
							isReached = true;
							await happen();
						}

						return call(...given);
					}
					: call;
			},
		}),
	};
};

/** Does the same again and again, interrupted at its first call, then some calls later, …, until it comes to its end before that. */
export const atCalls = async (every: number, run: (at: number) => Promise<boolean>): Promise<void> => {
	for (let at = 1; await run(at); at += every) {
		expect(at).toBeLessThan(200);
	}
};

/** Asks for another number of cores than the VM has, and says which. */
export const askForCores = async ({intents, ref, row}: Play): Promise<number> => {
	const {package: present} = await row();
	const cores = present.cores === 2 ? 4 : 2;
	await intents.changeVm(ref, {overrides: {cores}}, {isPlan: false, allowDataLoss: false});
	return cores;
};

/** One backup, b1, and one snapshot, s1. */
export const withOldStates = async (game: Play): Promise<Play> => {
	const {intents, ref, go} = game;
	await intents.backUpVm(ref, null);
	await intents.takeSnapshot(ref, {name: 's1', note: null});
	await go();
	return game;
};

/** The VM is ready, needs nobody, has that many cores and runs. */
export const expectWell = async ({world, vm, row, listOpen}: Play, cores = 2): Promise<void> => {
	expect(await row()).toMatchObject({status: 'ready', needsAttention: null});
	expect(await listOpen()).toEqual([]);
	const guest = await world.guest(vm);
	expect(guest.config).toMatchObject({cores, onboot: 1});
	expect(guest.config.lock).toBeUndefined();
	expect(runs(guest)).toBe(true);
};
