import {type Random} from '../../source/simulation/random.js';
import {type DaysWorld} from './days-world.js';

type Rule = Readonly<Record<string, string | number>>;

/** A fault; `forMs` 0: until its count is used up (or an hour has passed). */
type Fault = {readonly rule: Rule; readonly forMs: number};

/** Beyond a call's time-out, but not beyond the second one that is waited for a call that may yet arrive. */
const slowestMs = 28_000;

const minute = 60_000;
const hour = 60 * minute;

const nodes = ['pve1', 'pve2', 'pve3'];
const types = ['qmclone', 'qmigrate', 'resize', 'qmstart', 'qmstop', 'qmshutdown', 'qmreboot', 'qmdestroy', 'qmsnapshot', 'qmdelsnapshot', 'qmrollback', 'vzdump', 'qmrestore', 'imgdel'];
const changes: readonly Rule[] = [
	{method: 'POST', path: '/clone$'},
	{method: 'POST', path: '/migrate$'},
	{method: 'PUT', path: '/resize$'},
	{method: 'PUT', path: '/config$'},
	{method: 'POST', path: '/status/'},
	{method: 'POST', path: '/vzdump$'},
	{method: 'POST', path: '/snapshot$'},
	{method: 'POST', path: '/rollback$'},
	{method: 'DELETE', path: String.raw`/qemu/\d+$`},
	{method: 'DELETE', path: '/snapshot/'},
	{method: 'DELETE', path: '/content/'},
	{method: 'POST', path: '/qemu$'},
	{path: '/firewall/'},
];
const taskFailures = ['simulated failure', 'can\'t lock file \'/var/lock/x\' - got timeout', 'no space left on device', 'unable to read tail (got 0 bytes)'];

export const pick = <T>(random: Random, from: readonly T[]): T => from[random.integer(0, from.length - 1)]!;

const once = (rule: Rule, random: Random): Fault => ({rule: {...rule, count: random.integer(1, 2), skip: random.integer(0, 3)}, forMs: 0});
const lasting = (rule: Rule, random: Random, mostMs: number): Fault => ({rule, forMs: random.integer(minute, mostMs)});

/** What may go wrong, and how often as against the others. */
const table: ReadonlyArray<{readonly weight: number; readonly make: (random: Random) => Fault}> = [
	{weight: 5, make: random => once({...pick(random, changes), kind: 'lost-answer'}, random)},
	{weight: 4, make: random => once({...pick(random, changes), kind: 'drop'}, random)},
	{weight: 2, make: random => once({kind: 'drop'}, random)},
	{weight: 3, make: random => once({kind: 'status', status: pick(random, [500, 502, 503, 504])}, random)},
	{weight: 2, make: random => once({...pick(random, changes), kind: 'status', status: pick(random, [500, 502, 503, 504])}, random)},
	{weight: 4, make: random => once({...pick(random, changes), kind: 'slow', ms: random.integer(2000, slowestMs)}, random)},
	{weight: 2, make: random => once({kind: 'slow', ms: random.integer(2000, slowestMs)}, random)},
	{weight: 3, make: random => once({...pick(random, changes), kind: 'proxy-timeout'}, random)},
	{weight: 3, make: random => once({kind: 'warnings', type: pick(random, types)}, random)},
	{weight: 4, make: random => once({kind: 'fail-task', type: pick(random, types), text: pick(random, taskFailures)}, random)},
	{weight: 3, make: random => once({kind: 'vanish', type: pick(random, types)}, random)},
	{weight: 2, make: random => lasting({kind: 'proxy-refused', node: pick(random, nodes)}, random, 20 * minute)},
	{weight: 2, make: random => lasting({kind: 'locked', vmid: random.integer(5000, 5060), text: pick(random, ['backup', 'snapshot', 'migrate'])}, random, 90 * minute)},
	{weight: 1, make: random => lasting({kind: 'full', storage: pick(random, ['local-lvm', 'shared'])}, random, 30 * minute)},
	{weight: 1, make: random => lasting({kind: 'node-down', node: pick(random, nodes.slice(1))}, random, hour)},
	{weight: 1, make: random => lasting({kind: 'no-quorum'}, random, 30 * minute)},
	{weight: 1, make: random => lasting({kind: 'revoked-token'}, random, 15 * minute)},
	{weight: 1, make: random => lasting({kind: 'drop'}, random, 15 * minute)},
	{weight: 1, make: random => lasting({kind: 'status', status: 503}, random, 15 * minute)},
];

/** One of a table's rows, by weight. */
export const draw = <T extends {readonly weight: number}>(random: Random, rows: readonly T[]): T => {
	let left = random.next() * rows.reduce((sum, {weight}) => sum + weight, 0);
	return rows.find(({weight}) => {
		left -= weight;
		return left < 0;
	}) ?? rows.at(-1)!;
};

/** Switches a fault on; answers when it is to be switched off, and how. */
export const makeTrouble = ({server, time, note}: Pick<DaysWorld, 'server' | 'time' | 'note'>, random: Random): {readonly at: number; readonly end: () => void} => {
	const {rule, forMs} = draw(random, table).make(random);
	note(`fault ${JSON.stringify(rule)}${forMs === 0 ? '' : ` for ${Math.round(forMs / minute)} min`}`);
	const {id} = server.faults.command({add: rule}) as {readonly id: number};
	server.cluster.advance(time.clock.now());
	return {
		at: time.clock.now() + (forMs || hour),
		end() {
			server.faults.command({clear: id});
			server.cluster.advance(time.clock.now());
		},
	};
};
