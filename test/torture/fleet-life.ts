import {Refused} from '../../source/intents/refused.js';
import {type Vm} from '../../source/domain/vm.js';
import {pick} from './days-faults.js';
import {type FleetWorld} from './fleet-world.js';

type Wish = (world: FleetWorld, vm: Vm, number: number) => Promise<unknown>;

const minute = 60_000;

const order: Wish = async ({person}, {cluster}, number) => person.createVm({
	reference: `new-${number}`, hostname: `new${number}.example.net`, cluster, template: 'debian-12', package: 'kvm-s', client: {name: 'Ada', email: `ada${number}@example.org`},
});

const install: Wish = async ({person}, _, number) => person.addInstall({
	reference: `site-${number}`, panel: 'web1', application: 'static', domain: `shop${number}.example.org`, account: `u${number}`, client: {name: 'Ada', email: `ada${number}@example.org`},
	title: '', adminUser: 'admin', adminEmail: `ada${number}@example.org`,
});

/** What is asked for in an hour, for each thousand VMs. */
const mix: ReadonlyArray<readonly [count: number, wish: Wish]> = [
	[1, order],
	[1, async ({person}, {reference}) => person.terminateVm(reference)],
	[1, async ({person}, {reference, package: {cores}}) => person.changeVm(reference, {package: cores === 1 ? 'kvm-m' : 'kvm-s'}, {isPlan: false, allowDataLoss: true})],
	[4, async ({person}, {reference}) => person.takeSnapshot(reference, {name: null, note: null})],
	[1, async ({person}, {reference}) => person.backUpVm(reference, 'before the upgrade')],
	[2, async ({person}, {reference}) => person.powerVm(reference, 'reboot')],
	[1, async ({person}, {reference}) => person.resetPassword(reference)],
	[1, async ({person}, {reference}) => person.setDns(reference, {takesOver: false})],
	[1, install],
	[1, async ({person}) => person.requestRun('backup_status')],
];

/** How many are asked for in an hour; each thing at least once. */
export const wishesAnHour = (vms: number): number => mix.reduce((sum, [count]) => sum + Math.max(1, Math.round(count * vms / 1000)), 0);

/** One hour in the life of a fleet: people ask for all kinds of things, which are done meanwhile. Answers how many were refused. */
export const liveAnHour = async (world: FleetWorld, vms: number): Promise<number> => {
	const {store, random, pass, time} = world;
	const began = time.clock.now();
	const wishes = mix.flatMap(([count, wish]) => Array.from({length: Math.max(1, Math.round(count * vms / 1000))}, () => wish));
	const settled = await store.read.vms.list({state: 'ready'});
	let refused = 0;
	for (const [index, wish] of wishes.entries()) {
		// What is asked for late is still being done when the hour is over.
		await pass(began + Math.floor(50 * minute * index / wishes.length));
		try {
			await wish(world, pick(random, settled), (Math.floor(began / 60_000 / 60) * 1000) + index);
		} catch (error) {
			if (!(error instanceof Refused)) {
				throw error;
			}

			refused++;
		}
	}

	await pass(began + (60 * minute));
	return refused;
};
