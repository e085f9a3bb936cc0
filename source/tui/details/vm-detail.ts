import {type App} from '../../app.js';
import {formatAge, formatTook} from '../../domain/duration.js';
import {explain} from '../../domain/explain.js';
import {type Operation} from '../../domain/operation.js';
import {kindOf} from '../../domain/operation-kind.js';
import {vmName, type Vm} from '../../domain/vm.js';
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

/** What it waits for, since when, what comes next, and which command helps: the words of `cronsole vm explain`. */
const explainLines = (vm: Vm, operation: Operation | null, overview: Overview, context: DetailContext): DetailLines => {
	const {now, times, tasks} = context;
	const {doing, waitsFor, since, next, command} = explain(vm, operation, {
		...overview, now, hasLeader: overview.leader !== null, tasks,
	});
	const later = operation?.nextAttemptAt ?? 0;
	return [
		...factLines(context, 'doing', doing, 'accent'),
		...factLines(context, 'waits for', waitsFor ?? (operation ? 'nothing: it is being worked on' : null), vm.needsAttention ? 'bad' : 'plain'),
		...factLines(context, 'since', since === null ? null : `${times.full(since)} (${formatAge(now - since)})`),
		...factLines(context, 'next', next === null ? null : `${next}${later > now ? ` in ${formatAge(later - now)}` : ''}`),
		...factLines(context, 'helps', command === null || command === '' ? null : `${command}${vm.needsAttention ? '; then t' : ''}`, 'accent'),
		...factLines(context, 'last error', operation?.message ?? null, 'bad'),
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
		...explainLines(vm, open ?? null, overview, context),
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
			['plain', `${kindOf(operation.kind).title}, by ${operation.requestedBy}${operation.message === null ? '' : `: ${operation.message}`}`],
		]),
		...headingLines('Step log, newest first'),
		...(steps.length === 0 ? [[['dim', '  nothing was done yet']] satisfies readonly Piece[]] : steps.toReversed().flatMap(row => stepLine(row, context))),
	];
	return {title: vm.hostname, lines};
};
