import {isAddressWait} from './address-wait.js';
import {
	type ClusterHealth,
	type Hold,
	type Maintenance,
	isWorkable,
} from './cluster.js';
import {type Operation} from './operation.js';
import {kindOf} from './operation-kind.js';
import {findPosition} from './pipeline-position.js';
import {taskTable, type TaskState} from './task.js';
import {type Vm, vmName} from './vm.js';

/** Why a VM is where it is. Moments are wall ms. */
export type Explanation = {
	/** One line: what is under way. */
	readonly doing: string;
	/** One line; null: it waits for nothing. */
	readonly waitsFor: string | null;
	readonly since: number | null;
	readonly next: string | null;
	/** The command that helps; null: none is needed. */
	readonly command: string | null;
};

/** What the explanation is found in. */
export type Circumstances = {
	readonly now: number;
	readonly hold: Hold | null;
	readonly hasLeader: boolean;
	readonly clusters: readonly ClusterHealth[];
	readonly maintenance: readonly Maintenance[];
	readonly tasks: readonly TaskState[];
};

type Obstacle = Pick<Explanation, 'waitsFor' | 'since' | 'command'>;
type Rule = (vm: Vm, operation: Operation, circumstances: Circumstances) => Obstacle | undefined;

const because = (reason: string | null): string => reason === null ? '' : `: ${reason}`;

const ofPerson: Rule = ({needsAttention}) => needsAttention
	? {waitsFor: `a person: ${needsAttention.reason}`, since: needsAttention.since, command: needsAttention.command}
	: undefined;

const ofHold: Rule = (_vm, _operation, {hold}) => hold
	? {waitsFor: `the end of the hold by ${hold.by}${because(hold.reason)}`, since: hold.since, command: 'cronsole hold off'}
	: undefined;

const ofMaintenance: Rule = ({cluster, node}, _operation, {maintenance}) => {
	const spell = maintenance.find(row => row.cluster === cluster && (row.node === null || row.node === node));
	const name = spell && spell.node !== null ? `${cluster}/${spell.node}` : cluster;
	return spell && {waitsFor: `the end of the maintenance of ${name} by ${spell.by}${because(spell.reason)}`, since: spell.since, command: `cronsole maintenance off ${name}`};
};

const ofCluster: Rule = ({cluster}, {waitingFor}, {clusters}) => {
	const health = clusters.find(({name}) => name === cluster);
	if (!health || health.state === 'maintenance') {
		return undefined;
	}

	const {state, error, since, foreignInstallation} = health;
	if (foreignInstallation !== null || !isWorkable(state)) {
		return {waitsFor: `${cluster}: ${foreignInstallation === null ? state : 'nothing is changed there'}${because(error)}`, since, command: 'cronsole check'};
	}

	return state === 'observed' ? {waitsFor: `${cluster} is only observed${because(waitingFor ?? 'nothing is changed there')}`, since, command: null} : undefined;
};

const ofNode: Rule = (_vm, {pausedByNode, stepSince}) => pausedByNode === null
	? undefined
	: {waitsFor: `the node ${pausedByNode}, which does not answer`, since: stepSince, command: 'cronsole check'};

const ofTask: Rule = (_vm, {task, requestedAt}, {tasks}) => {
	const state = tasks.find(({name}) => name === task);
	const {title} = taskTable.find(({name}) => name === task)!;
	if (state?.paused) {
		return {waitsFor: `${title}, paused by ${state.paused.by}${because(state.paused.reason)}`, since: state.paused.since, command: `cronsole task resume ${task}`};
	}

	return state?.intervalSeconds === 0 ? {waitsFor: `${title}, which is switched off (interval 0)`, since: requestedAt, command: `cronsole task interval ${task} default`} : undefined;
};

const ofLeader: Rule = (_vm, {task, stepSince, requestedAt}, {hasLeader}) => hasLeader
	? undefined
	: {waitsFor: 'somebody who leads: nobody does', since: stepSince ?? requestedAt, command: `cronsole --daemon, or once: cronsole --run-task=${task}`};

/** A termination waits there only for its grace. */
const isInGrace = ({kind, position}: Operation): boolean => kind === 'terminate' && position === 'cut_off';

const helpOf = (vm: Vm, operation: Operation): string | null => {
	if (operation.attempt > 0) {
		return `cronsole vm retry ${vmName(vm)}`;
	}

	if (isAddressWait(operation.waitingFor)) {
		return 'cronsole address list';
	}

	return isInGrace(operation) ? `cronsole vm unterminate ${vmName(vm)}` : null;
};

const ofStep: Rule = (vm, operation) => {
	const {state, waitingFor, stepSince, requestedAt, attempt} = operation;
	if (state === 'waiting') {
		return {waitsFor: 'its turn', since: requestedAt, command: null};
	}

	return waitingFor === null && attempt === 0 ? undefined : {waitsFor: waitingFor ?? 'the next attempt', since: stepSince, command: helpOf(vm, operation)};
};

// The nearest obstacle comes first: what a person must do, then what stops everything, then what stops only this VM.
const rules: readonly Rule[] = [ofPerson, ofHold, ofMaintenance, ofCluster, ofNode, ofTask, ofLeader, ofStep];

const settled = ({status, suspended}: Vm): string => {
	if (status === 'removed') {
		return 'nothing: it was removed';
	}

	return suspended.length > 0 ? `nothing: it is suspended (${suspended.join(', ')})` : (status === 'ready' ? 'nothing: it is ready' : `nothing: it stands at ${status}`);
};

const helpOfSuspended = (vm: Vm): string | null => vm.suspended.length > 0 && vm.status !== 'removed' ? `cronsole vm unsuspend ${vmName(vm)} --reason ${vm.suspended[0]}` : null;

/** What a VM waits for, since when, what comes next, and which command helps. */
export const explain = (vm: Vm, operation: Operation | null, circumstances: Circumstances): Explanation => {
	if (!operation) {
		const {needsAttention} = vm;
		return {
			doing: settled(vm),
			waitsFor: needsAttention && `a person: ${needsAttention.reason}`,
			since: needsAttention?.since ?? null,
			next: null,
			command: needsAttention?.command ?? helpOfSuspended(vm),
		};
	}

	const {step, of, from, to} = findPosition(operation, vm.status);
	const obstacle = rules.map(rule => rule(vm, operation, circumstances)).find(found => found !== undefined);
	const isLater = operation.nextAttemptAt !== null && operation.nextAttemptAt > circumstances.now;
	return {
		doing: `${kindOf(operation.kind).title}, step ${step} of ${of}: ${from} → ${to}${operation.attempt > 0 && !vm.needsAttention ? `, attempt ${operation.attempt + 1}` : ''}`,
		waitsFor: obstacle?.waitsFor ?? null,
		since: obstacle ? obstacle.since : operation.stepSince ?? operation.requestedAt,
		next: `${from} → ${to}${isLater && operation.attempt > 0 ? ', tried again' : ''}`,
		command: obstacle?.command ?? null,
	};
};
