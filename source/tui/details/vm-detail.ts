import {type App} from '../../app.js';
import {formatAge, formatTook} from '../../domain/duration.js';
import {operationKinds, type Operation} from '../../domain/operation.js';
import {vmName, type Vm} from '../../domain/vm.js';
import {nextStep} from '../panels/vms-panel.js';
import {type Overview} from '../state.js';
import {type Piece} from '../text.js';
import {
	factLines,
	headingLines,
	type Detail,
	type DetailContext,
	type DetailLines,
} from './detail-lines.js';

type StepRow = Awaited<ReturnType<App['read']['stepLog']['list']>>[number];

/** What it waits for, since when, what comes next, and which command helps. */
const explain = (vm: Vm, operation: Operation | undefined, {hold}: Overview, context: DetailContext): DetailLines => {
	const {now, times} = context;
	const ref = vmName(vm);
	if (vm.needsAttention) {
		return [
			...factLines(context, 'needs you', `${vm.needsAttention.reason}, since ${times.full(vm.needsAttention.since)}`, 'bad'),
			...factLines(context, 'helps', `${vm.needsAttention.command}; then t, or cronsole vm retry ${ref}`, 'accent'),
		];
	}

	if (!operation) {
		return factLines(context, 'waits for', 'nothing: nobody wants anything of it', 'good');
	}

	const step = nextStep(vm.status);
	const wait = operation.waitingFor ?? (operation.state === 'waiting' ? 'its start' : 'nothing: a step is being executed');
	const since = operation.stepSince ?? operation.startedAt ?? operation.requestedAt;
	const again = operation.nextAttemptAt !== null && operation.nextAttemptAt > now ? `, again in ${formatAge(operation.nextAttemptAt - now)}` : '';
	return [
		...factLines(context, 'waits for', `${wait}, for ${formatAge(now - since)}${again}${operation.attempt > 0 ? `, attempt ${operation.attempt + 1}` : ''}`, 'accent'),
		...factLines(context, 'held', hold ? `everything is on hold by ${hold.by}: H ends it` : null, 'warning'),
		...factLines(context, 'next step', step ? `${step.name} (${step.number} of ${step.count})` : null),
		...factLines(context, 'last error', operation.message, 'bad'),
	];
};

const stepLine = (row: StepRow, {times}: DetailContext): DetailLines => [
	[
		['dim', `  ${times.full(row.startedAt)}  `],
		[row.outcome === 'done' ? 'good' : (row.outcome === 'skipped' ? 'dim' : 'bad'), row.outcome.padEnd(8)],
		['plain', `${formatTook(row.durationMs).padStart(6)}  ${row.operation}: ${row.from} to ${row.to}`],
		['dim', row.attempt > 0 ? `  attempt ${row.attempt + 1}` : ''],
		[row.outcome === 'failed' ? 'bad' : 'dim', row.reason === null ? '' : `  ${row.reason}`],
	],
	...(row.outcome === 'failed' && row.log !== null ? row.log.split('\n').slice(-5).map((line): readonly Piece[] => [['dim', `      ${line}`]]) : []),
];

/** A VM: its facts, what it waits for, its operations, and its step log, newest first. */
export const readVmDetail = async (app: App, id: number, overview: Overview, context: DetailContext): Promise<Detail> => {
	const vm = await app.read.vms.find(id);
	if (!vm) {
		return {title: `v${id}`, lines: [[['bad', '  there is no such VM']]]};
	}

	const [operations, addresses, steps] = await Promise.all([app.read.operations.listFor(id), app.read.addresses.listFor(id), app.read.stepLog.list(id)]);
	const open = operations.find(({state}) => state === 'running') ?? operations.findLast(({state}) => state === 'waiting');
	const lines: DetailLines = [
		[],
		...explain(vm, open, overview, context),
		[],
		...factLines(context, 'ref', `${vmName(vm)}, order ${vm.reference}`),
		...factLines(context, 'status', `${vm.status} (the last step completed), guest ${vm.remoteStatus}${vm.suspended.length > 0 ? `, suspended: ${vm.suspended.join(', ')}` : ''}`),
		...factLines(context, 'place', `${vm.cluster}/${vm.node ?? '(not placed yet)'}, VMID ${vm.vmid ?? '(none yet)'}, MAC ${vm.mac ?? '(none yet)'}`),
		...factLines(context, 'package', `${vm.packageName}, template ${vm.template.name}`),
		...factLines(context, 'addresses', addresses.length === 0 ? 'none' : addresses.map(({address}) => address).join(', ')),
		...factLines(context, 'client', `${vm.client.name}, ${vm.client.email}`),
		...factLines(context, 'ordered', context.times.full(vm.createdAt)),
		...headingLines('Operations'),
		...operations.slice(0, 8).map((operation): readonly Piece[] => [
			['dim', `  ${context.times.full(operation.requestedAt)}  `],
			[operation.state === 'failed' ? 'bad' : 'plain', operation.state.padEnd(10)],
			['plain', `${operationKinds[operation.kind]?.title ?? operation.kind}, by ${operation.requestedBy}${operation.message === null ? '' : `: ${operation.message}`}`],
		]),
		...headingLines('Step log, newest first'),
		...(steps.length === 0 ? [[['dim', '  nothing was done yet']] satisfies readonly Piece[]] : steps.toReversed().flatMap(row => stepLine(row, context))),
	];
	return {title: vm.hostname, lines};
};
