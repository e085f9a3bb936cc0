import {describe, expect, test} from 'vitest';
import {
	allowedNow,
	findCondition,
	matrix,
	vmConditions,
	type Allowed,
	type VmCondition,
	type VmVerb,
} from '../../source/domain/allowed-now.js';
import {type OperationKind} from '../../source/domain/operation-kind.js';
import {type Vm} from '../../source/domain/vm.js';
import {verbs} from '../../source/intents/verbs.js';

const conditions = ['ready', 'working', 'attention', 'grace', 'terminating', 'unfinished', 'removed'] as const;

// Written by hand, apart from the table itself; the last column: of a ready VM that is suspended.
const expected = `
	vm create         | so  | so    | so  | so   | so   | so  | now | so
	vm change         | now | after | -   | -    | -    | -   | -   | now
	vm reinstall      | now | after | -   | -    | -    | -   | -   | now
	vm password       | now | after | -   | -    | -    | -   | -   | now
	vm suspend        | now | after | -   | -    | -    | -   | -   | now
	vm unsuspend      | now | after | -   | -    | -    | -   | -   | now
	vm start          | now | after | -   | -    | -    | -   | -   | -
	vm stop           | now | after | -   | -    | -    | -   | -   | now
	vm shutdown       | now | after | -   | -    | -    | -   | -   | now
	vm reboot         | now | after | -   | -    | -    | -   | -   | -
	vm terminate      | now | step  | now | so   | so   | now | so  | now
	vm unterminate    | so  | so    | -   | now  | -    | -   | -   | so
	vm retry          | so  | now   | now | now  | now  | now | -   | so
	vm reset          | now | step  | now | step | step | now | -   | now
	vm rdns           | now | after | -   | -    | -    | -   | -   | now
	dns set           | now | after | -   | -    | -    | -   | -   | now
	dns adopt         | now | after | -   | -    | -    | -   | -   | now
	backup now        | now | after | -   | -    | -    | -   | -   | now
	backup restore    | now | after | -   | -    | -    | -   | -   | now
	backup remove     | now | after | -   | -    | -    | -   | -   | now
	backup schedule   | now | now   | -   | -    | -    | -   | -   | now
	snapshot take     | now | after | -   | -    | -    | -   | -   | now
	snapshot keep     | now | now   | -   | -    | -    | -   | -   | now
	snapshot rollback | now | after | -   | -    | -    | -   | -   | now
	snapshot remove   | now | after | -   | -    | -    | -   | -   | now
`.trim().split('\n').map(line => line.split('|').map(cell => cell.trim()));

const words: Readonly<Record<string, string>> = {
	now: 'now', 'after the present operation': 'after', 'after the present step': 'step', 'already so': 'so',
};

const wordOf = (allowed: Allowed): string => typeof allowed === 'object' ? '-' : words[allowed]!;

type Situation = {readonly vm: Pick<Vm, 'status' | 'needsAttention' | 'suspended'>; readonly open: ReadonlyArray<{readonly kind: OperationKind; readonly position: string | null}>};

const vm = {status: 'ready', needsAttention: null, suspended: []} as const;
const needsAttention = {reason: 'x', since: 1, command: 'y'};

/** A VM in each condition. */
const situations: Readonly<Record<VmCondition, Situation>> = {
	ready: {vm, open: []},
	working: {vm: {...vm, status: 'clone'}, open: [{kind: 'create', position: null}]},
	attention: {vm: {...vm, needsAttention}, open: [{kind: 'change', position: null}]},
	grace: {vm: {...vm, status: 'terminate'}, open: [{kind: 'terminate', position: 'cut_off'}]},
	terminating: {vm: {...vm, status: 'terminate'}, open: [{kind: 'terminate', position: 'grace_over'}]},
	unfinished: {vm: {...vm, status: 'error_terminate', needsAttention}, open: [{kind: 'terminate', position: 'grace_over'}]},
	removed: {vm: {...vm, status: 'removed', needsAttention}, open: []},
};

const graceMs = 1000;

describe('what may be asked for when', () => {
	test('the table has every verb and every condition', () => {
		expect(expected.map(([verb]) => verb)).toEqual(Object.keys(matrix));
		expect(Object.keys(vmConditions)).toEqual(conditions);
	});

	describe.each(expected)('%s', (verb, ...cells) => {
		test.each(conditions.map((condition, index) => [condition, cells[index]!] as const))('of a VM in the condition %s: %s', (condition, cell) => {
			const {vm: given, open} = situations[condition];
			expect(findCondition(given, open, graceMs)).toBe(condition);
			expect(wordOf(allowedNow(verb as VmVerb, given, open, graceMs))).toBe(cell);
		});

		test(`of a ready VM that is suspended: ${cells[7]}`, () => {
			expect(wordOf(allowedNow(verb as VmVerb, {...vm, suspended: ['manual']}, [], graceMs))).toBe(cells[7]);
		});
	});

	test('every command that changes one VM has its row', () => {
		const ofVms = verbs.filter(({name, isWriting}) => isWriting && /^(?:vm|dns|backup|snapshot) /.test(name)).map(({name}) => name as string);
		expect(ofVms.filter(name => name !== 'vm import').toSorted()).toEqual(Object.keys(matrix).toSorted());
	});

	test('while an operation runs, or waits for its turn, a suspended VM is still not started', () => {
		const open = [{kind: 'backup', position: 'backed_up'}] as const;
		expect(allowedNow('vm start', {...vm, suspended: ['overdue']}, open, graceMs)).toMatchObject({reason: 'it is suspended'});
		expect(allowedNow('vm stop', {...vm, suspended: ['overdue']}, open, graceMs)).toBe('after the present operation');
	});

	test('a refusal says what is in the way of it, the nearest first, and what to do', () => {
		expect(allowedNow('vm start', {...vm, needsAttention, suspended: ['abuse']}, [], graceMs)).toMatchObject({reason: 'it needs attention'});
		for (const row of Object.values(matrix)) {
			for (const cell of Object.values(row as Readonly<Record<string, Allowed>>).filter(cell => typeof cell === 'object')) {
				expect(cell.reason).toMatch(/^(?:it|its|the) /);
				expect(cell.hint.length).toBeGreaterThan(10);
			}
		}
	});

	test('without a grace a termination cannot be taken back, not even before it began', () => {
		expect(findCondition(vm, [{kind: 'terminate', position: null}], graceMs)).toBe('grace');
		expect(findCondition(vm, [{kind: 'terminate', position: null}], 0)).toBe('terminating');
	});

	test('a VM that stands still on its way, with nothing open, needs a person', () => {
		expect(findCondition({...vm, status: 'cp_stop'}, [], graceMs)).toBe('attention');
	});
});
