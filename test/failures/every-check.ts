import BetterSqlite from 'better-sqlite3';
import {stampOf, type Vm} from '../../source/domain/vm.js';
import {isRunning} from '../../source/simulation/vms.js';
import {findBrokenRows} from '../torture/days-check-rows.js';
import {findBrokenTasks} from '../torture/days-check-tasks.js';
import {type SimulatorLine} from '../torture/days-world.js';
import {type Wish} from './every-wish.js';
import {type EveryWorld} from './every-world.js';

/** Tasks that end well, by type. */
export const countTasks = (lines: readonly SimulatorLine[]): ReadonlyMap<string, number> => {
	const counts = new Map<string, number>();
	for (const {event, type = '', exitstatus = ''} of lines) {
		if (event === 'finished' && /^(?:OK|WARNINGS)/.test(exitstatus)) {
			counts.set(type, (counts.get(type) ?? 0) + 1);
		}
	}

	return counts;
};

/** What a node undoes that dies, and that boots its VMs when it is back. */
const ofPower = new Set(['qmstart', 'qmstop', 'qmshutdown', 'qmreboot']);

const findDoubles = (lines: readonly SimulatorLine[], tasks: ReadonlyMap<string, number>, hadNodeDown: boolean): readonly string[] => countTasks(lines).entries()
	.filter(([type, count]) => count > (tasks.get(type) ?? 0) && !(hadNodeDown && ofPower.has(type)))
	.map(([type, count]) => `${count} × ${type} instead of ${tasks.get(type) ?? 0}`).toArray();

const sizeOf = (disk: string | number | undefined): number => Number(/size=(\d+)G/.exec(String(disk ?? ''))?.[1] ?? 0);

/** What a living VM's row wants and its guest has not. */
const findDifferent = (vm: Vm, world: EveryWorld, addresses: readonly string[]): readonly string[] => {
	const guest = world.guestOf(vm);
	if (!guest) {
		return ['it is not there'];
	}

	const {config, firewall, node} = guest;
	const {package: wanted} = vm;
	const filter = firewall.ipsets.flatMap(({members}) => members.map(({cidr}) => cidr.replace(/\/32$/, ''))).toSorted((a, b) => a.localeCompare(b));
	const compared: ReadonlyArray<readonly [what: string, wanted: unknown, is: unknown]> = [
		['lock', undefined, config.lock],
		['node', vm.node, node],
		['cores', wanted.cores, config.cores],
		['memory', wanted.memoryMib, Number(config.memory)],
		['the disk', true, sizeOf(config.scsi0) >= (wanted.diskGib ?? 0)],
		['the additional disk', true, (wanted.additionalDiskGib === undefined) === (config.scsi1 === undefined) && sizeOf(config.scsi1) >= (wanted.additionalDiskGib ?? 0)],
		['the rate', true, wanted.networkMbps === undefined || String(config.net0).includes(`rate=${wanted.networkMbps / 8}`)],
		['the limit', true, wanted.diskReadMBps === undefined || String(config.scsi0).includes(`mbps_rd=${wanted.diskReadMBps}`)],
		['onboot', vm.suspended.length > 0 ? 0 : 1, Number(config.onboot ?? 0)],
		['the stamp', true, String(config.description).includes(stampOf(world.store.installation, vm))],
		['the filter', addresses.join(' '), filter.join(' ')],
		['what is held', wanted.ipv4 ?? 0, addresses.length],
	];
	return compared.flatMap(([what, should, is]) => should === is ? [] : [`${what}: wanted ${String(should)}, is ${String(is)}`]);
};

const findWrongVm = async (world: EveryWorld, vm: Vm, {isOn}: Wish, hadNodeDown: boolean): Promise<readonly string[]> => {
	const guest = world.guestOf(vm);
	const addresses = (await world.store.read.addresses.listFor(vm.id)).map(({address}) => address).toSorted((a, b) => a.localeCompare(b));
	if (isOn === undefined) {
		return [
			...vm.status === 'removed' ? [] : [`it is ${vm.status}`],
			...guest ? ['it is there'] : [],
			...addresses.length > 0 ? [`it holds ${addresses.join(', ')}`] : [],
		];
	}

	return [
		...vm.status === 'ready' ? [] : [`it is ${vm.status}`],
		...findDifferent(vm, world, addresses),
		// Nobody promised that what a dead node took along is started again.
		...hadNodeDown || !guest || isRunning(guest) === isOn ? [] : [isOn ? 'it does not run' : 'it runs'],
	];
};

/** The password of the moment, if there is one. */
export const readPassword = ({database}: EveryWorld, reference: string): readonly string[] => {
	const db = new BetterSqlite(database, {readonly: true});
	try {
		return db.prepare('select password from vms where reference = ? and password is not null').pluck().all(reference) as string[];
	} finally {
		db.close();
	}
};

/** Where passwords have to lie until their letter is out. */
const mayHold = new Set(['vms.password', 'outbox.variables_json']);

const findSecrets = ({database, server, log}: EveryWorld, {password}: Vm): readonly string[] => {
	const secrets = [server.tokenSecret, 'generated-', ...password === null ? [] : [password]];
	const holds = (text: unknown) => typeof text === 'string' && secrets.some(secret => text.includes(secret));
	const db = new BetterSqlite(database, {readonly: true});
	try {
		const tables = db.prepare('select name from sqlite_schema where type = \'table\'').pluck().all() as string[];
		const found = tables.flatMap(table => (db.prepare(`select * from "${table}"`).all() as ReadonlyArray<Readonly<Record<string, unknown>>>)
			.flatMap(row => Object.entries(row).filter(([column, value]) => !mayHold.has(`${table}.${column}`) && holds(value)).map(([column, value]) => `a secret in ${table}.${column}: ${String(value)}`)));
		return [...found, ...log.filter(({message}) => holds(message)).map(({message}) => `a secret in the log: ${message}`)];
	} finally {
		db.close();
	}
};

const findHeldLeases = async ({store}: EveryWorld): Promise<readonly string[]> => (await store.leases.list())
	.filter(({name, owner}) => owner !== null && /^(?:vm|install):/.test(name)).map(({name}) => `the lease ${name} is held`);

/** A daemon that lives leads and runs. */
const isOfLife = (broken: string): boolean => /^a (?:lease is left|run never ended)/.test(broken);

/** Everything that is not as it should be once a wish has come to its end. */
export const findWrong = async (world: EveryWorld, vm: Vm, wish: Wish, {lines, tasks, hadNodeDown}: {
	readonly lines: readonly SimulatorLine[];
	/** How many may end well. */
	readonly tasks: ReadonlyMap<string, number>;
	/** Whether a node died, and took its VMs' power. */
	readonly hadNodeDown: boolean;
}): Promise<readonly string[]> => [
	...await findWrongVm(world, vm, wish, hadNodeDown),
	...await wish.findMissing?.(world, vm) ?? [],
	...findDoubles(lines, tasks, hadNodeDown),
	...findBrokenTasks({database: world.database, simulatorLog: () => lines}),
	...findBrokenRows(world).filter(broken => !isOfLife(broken)),
	...await findHeldLeases(world),
	...findSecrets(world, vm),
];
