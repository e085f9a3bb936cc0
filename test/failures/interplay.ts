import {randomBytes} from 'node:crypto';
import {setTimeout as sleep} from 'node:timers/promises';
import {type Proxmox} from '../../source/clients/proxmox/proxmox.js';
import {type Operation} from '../../source/domain/operation.js';
import {type Settings} from '../../source/domain/settings.js';
import {type Vm} from '../../source/domain/vm.js';
import {createIntents} from '../../source/intents/create-intents.js';
import {type Intents} from '../../source/intents/intents.js';
import {type MoveContext} from '../../source/pipelines/move.js';
import {runPipeline} from '../../source/pipelines/run-pipeline.js';
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

const mail = {smtp: {reveal: () => ''}, from: 'ops@example.net', templates: null};

/** Takes notice of remote tasks that have ended, as the leader's watch does. */
const watch = async ({store, proxmox, clock}: World): Promise<void> => {
	for (const {id, upid} of await store.read.remoteTasks.listRunning()) {
		const task = await proxmox.getTaskStatus(upid!);
		if (!task.isRunning) {
			await store.write(async ({remoteTasks}) => remoteTasks.finish(id, task.exitStatus ?? '', clock.now()));
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

/** A cluster in which something happens straight before the so-and-so-many-th call; `wasReached` says whether it came to that. */
export const interrupted = ({proxmox}: World, at: number, happen: (call: string) => unknown) => {
	let calls = 0;
	return {
		wasReached: () => calls >= at,
		proxmox: new Proxy(proxmox, {
			get(target, name: keyof Proxmox) {
				const call = target[name] as (...given: unknown[]) => Promise<unknown>;
				return typeof call === 'function'
					? async (...given: unknown[]) => {
						calls++;
						if (calls === at) {
							await happen(name);
						}

						return call(...given);
					}
					: call;
			},
		}),
	};
};

/** Does the same again and again, interrupted at its first call, then at its second, …, until it comes to its end before that; says how many there were. */
export const atEachCall = async (run: (at: number) => Promise<boolean>): Promise<number> => {
	for (let at = 1; ; at++) {
		if (!await run(at)) {
			return at - 1;
		}
	}
};
