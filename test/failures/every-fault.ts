import {type FaultKind, type FaultRule} from '../../source/simulation/faults.js';
import {type ApiStep, type Place} from './every-step.js';

/** One way to go wrong. */
export type Fault = {
	readonly name: string;
	readonly kind: FaultKind;
	/** `request`: that one · `change`: that one, where it changes something · `task`: the one that it starts · `world`: whatever there is from then on. */
	readonly hits: 'request' | 'change' | 'task' | 'world';
	/** What the rule says besides. */
	readonly fields?: (place: Place) => Partial<FaultRule>;
	/** The cluster's or node's own: no attempt is counted against the VM. */
	readonly isOfOthers?: true;
	/** The process dies with the request. */
	readonly isDeadly?: true;
	/** Why a person may be needed. */
	readonly needsPerson?: string;
};

const same = 'Proxmox will answer the same however often it is asked';
const leftLock = 'a node that dies in the midst of a task leaves Proxmox\'s lock on the VM, and only a person may say that the task is gone';

/** Past the time-out of a call (15 s), but not past the second one that is waited for it. */
const tooSlowMs = 25_000;

const answer = (status: number, text: string): Fault['fields'] => () => ({status, text});

/** Every kind of fault that the simulator knows, some in several ways. */
const ways: Readonly<Record<FaultKind, ReadonlyArray<Omit<Fault, 'kind'>>>> = {
	slow: [
		{name: 'an answer after 10 s', hits: 'request', fields: () => ({ms: 10_000})},
		{name: 'an answer after the time-out', hits: 'request', fields: () => ({ms: tooSlowMs})},
	],
	status: [
		{name: '500', hits: 'request', fields: answer(500, 'simulated failure')},
		{name: '500 got timeout', hits: 'request', fields: answer(500, 'can\'t lock file \'/var/lock/qemu-server/lock.conf\' - got timeout')},
		{name: '503', hits: 'request', fields: answer(503, 'Service Unavailable')},
		{name: '504', hits: 'request', fields: answer(504, 'Gateway Time-out')},
		{name: '429', hits: 'request', fields: answer(429, 'Too Many Requests')},
		{
			name: '400', hits: 'request', fields: answer(400, 'Parameter verification failed.'), needsPerson: same,
		},
		{
			name: '501', hits: 'request', fields: answer(501, 'not implemented'), needsPerson: same,
		},
		{
			name: '500 protected', hits: 'change', fields: answer(500, 'can\'t remove VM - protection mode enabled'), needsPerson: same,
		},
	],
	'proxy-refused': [
		{name: '595', hits: 'request'},
		{
			name: 'a node out of reach', hits: 'world', isOfOthers: true, fields: ({node = 'pve2'}) => ({node, path: '/nodes/'}),
		},
	],
	'proxy-timeout': [{name: '596', hits: 'request'}],
	'lost-answer': [{name: 'a lost answer', hits: 'request'}],
	'failed-answer': [
		{name: 'done, and 596', hits: 'change'},
		{name: 'done, and 504', hits: 'change', fields: answer(504, 'Gateway Time-out')},
	],
	drop: [
		{name: 'a cut connection', hits: 'request'},
		{name: 'a cluster out of reach', hits: 'world', isOfOthers: true},
	],
	locked: [{
		name: 'a lock of Proxmox', hits: 'world', isOfOthers: true, fields: ({vmid}) => ({text: 'backup', ...vmid !== undefined && {vmid}}),
	}],
	full: [{name: 'a full storage', hits: 'world'}],
	'no-quorum': [{name: 'no quorum', hits: 'world', isOfOthers: true}],
	'node-down': [{
		name: 'a dead node', hits: 'world', isOfOthers: true, needsPerson: leftLock, fields: ({node = 'pve2'}) => ({node}),
	}],
	warnings: [{name: 'warnings', hits: 'task'}],
	'fail-task': [
		{name: 'a failed task', hits: 'task', fields: () => ({text: 'simulated failure'})},
		{name: 'a task that got no lock', hits: 'task', fields: () => ({text: 'can\'t lock file \'/var/lock/x\' - got timeout'})},
	],
	vanish: [{name: 'a vanished task', hits: 'task'}],
	'revoked-token': [
		{name: '401', hits: 'request'},
		{name: 'a revoked token', hits: 'world', isOfOthers: true},
	],
	denied: [{name: 'a missing privilege', hits: 'request', needsPerson: 'a privilege is for a person to give'}],
	'firewall-off': [{name: 'no firewall', hits: 'world'}],
};

const alive: readonly Fault[] = Object.entries(ways).flatMap(([kind, rows]) => rows.map(row => ({...row, kind: kind as FaultKind})));

/** After which nobody who dies knows what is so. */
const dangerous: ReadonlySet<FaultKind> = new Set(['slow', 'lost-answer', 'failed-answer', 'drop', 'proxy-timeout', 'vanish']);

const deadly: readonly Fault[] = alive.filter(({kind, hits}) => dangerous.has(kind) && hits !== 'world')
	.map(fault => ({
		...fault, name: `${fault.name}, and death`, hits: fault.hits === 'request' ? 'change' : fault.hits, isDeadly: true,
	}));

/** Each, and those after which nobody knows what is so once more with the death of the process. */
export const faults: readonly Fault[] = [...alive, ...deadly];

/** Whether it can happen there at all. */
export const canHit = ({hits}: Fault, {method, type}: ApiStep): boolean => hits === 'task' ? type !== undefined : hits !== 'change' || method !== 'GET';

/** The rule for the simulator, once the request is there that it is to hit. */
export const ruleOf = ({kind, hits, fields}: Fault, {method, path, type}: ApiStep, place: Place): FaultRule => ({
	kind,
	...(hits === 'request' || hits === 'change') && {method, path},
	...hits === 'task' && {type},
	...fields?.(place),
});
