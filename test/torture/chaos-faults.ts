import {setTimeout as sleep} from 'node:timers/promises';
import {type Random} from '../../source/simulation/random.js';
import {type Installation} from '../support/program.js';

type Rule = Readonly<Record<string, string | number>>;

/** A fault, and for how long it stays (0: until its count is used up). */
type Fault = {readonly rule: Rule; readonly ms: number};

type Make = (random: Random) => Fault;

/** Beyond the calls' time-out of a second, but not beyond the wait for a call that may yet arrive. */
const slowestMs = 2500;

const nodes = ['pve2', 'pve3'];
const changes: readonly Rule[] = [
	{method: 'POST', path: '/clone$'},
	{method: 'POST', path: '/migrate$'},
	{method: 'PUT', path: '/resize$'},
	{method: 'PUT', path: '/config$'},
	{method: 'POST', path: '/status/start$'},
	{path: '/firewall/'},
];
const types = ['qmclone', 'qmclone', 'qmigrate', 'resize', 'qmstart'];

const pick = <T>(random: Random, from: readonly T[]): T => from[random.integer(0, from.length - 1)]!;
const once = (make: (random: Random) => Rule): Make => random => ({rule: {...make(random), count: random.integer(1, 2)}, ms: 0});
const forAWhile = (make: (random: Random) => Rule): Make => random => ({rule: make(random), ms: random.integer(500, 3000)});

/** What hits a call, a task, a VM or a node. */
const small: readonly Make[] = [
	once(random => ({...pick(random, changes), kind: 'lost-answer'})),
	once(() => ({kind: 'lost-answer', method: 'POST', path: '/clone$'})),
	once(() => ({kind: 'drop'})),
	once(random => ({...pick(random, changes), kind: 'drop'})),
	once(random => ({kind: 'status', status: pick(random, [500, 502, 503])})),
	once(random => ({...pick(random, changes), kind: 'slow', ms: random.integer(500, slowestMs)})),
	once(random => ({kind: 'slow', ms: random.integer(500, slowestMs)})),
	once(random => ({...pick(random, changes), kind: 'proxy-timeout'})),
	once(random => ({kind: 'warnings', type: pick(random, types)})),
	once(random => ({kind: 'fail-task', type: pick(random, types), text: pick(random, ['simulated failure', 'can\'t lock file \'/var/lock/x\' - got timeout'])})),
	once(random => ({kind: 'vanish', type: pick(random, types)})),
	forAWhile(random => ({kind: 'proxy-refused', node: pick(random, ['pve1', ...nodes])})),
	forAWhile(random => ({kind: 'locked', vmid: random.integer(10_000, 10_010)})),
	forAWhile(() => ({kind: 'full', storage: 'local-lvm'})),
	forAWhile(random => ({kind: 'node-down', node: pick(random, nodes)})),
];

/** What hits the whole cluster: everything waits then, so it comes seldom. */
const large: readonly Make[] = [
	forAWhile(() => ({kind: 'no-quorum'})),
	forAWhile(() => ({kind: 'revoked-token'})),
	forAWhile(() => ({kind: 'drop'})),
	forAWhile(() => ({kind: 'status', status: 503})),
];

/** Switches faults on and off until it is told to stop; answers what it did. */
export const makeTrouble = async (here: Installation, random: Random, signal: AbortSignal): Promise<readonly string[]> => {
	const done: string[] = [];
	while (!signal.aborted) {
		const {rule, ms} = pick(random, random.next() < 0.1 ? large : small)(random);
		done.push(`${JSON.stringify(rule)}${ms > 0 ? ` for ${ms} ms` : ''}`);
		const {id} = await here.faults({add: rule});
		await sleep(ms > 0 ? ms : random.integer(100, 1200));
		if (ms > 0) {
			await here.faults({clear: id});
		}
	}

	return done;
};
