import {type App} from '../../app.js';
import {formatAge} from '../../domain/duration.js';
import {explain} from '../../domain/explain.js';
import {type Operation} from '../../domain/operation.js';
import {kindOf} from '../../domain/operation-kind.js';
import {type StepLogRow} from '../../domain/step-log.js';
import {vmName, type Vm} from '../../domain/vm.js';
import {type Overview} from '../state.js';
import {type Piece} from '../text.js';
import {type Style} from '../theme.js';
import {
	factLines,
	headingLines,
	momentText,
	type Detail,
	type DetailContext,
	type DetailLines,
} from './detail-lines.js';
import {dnsLines} from './dns-lines.js';
import {keptLines} from './kept-lines.js';
import {modeText, readMonthTraffic, usedText} from './month-traffic.js';
import {packageText} from './package-text.js';
import {pipelineLines} from './pipeline-lines.js';
import {readProgress} from './read-progress.js';
import {logLines, stepLines} from './step-lines.js';

type Addresses = Awaited<ReturnType<App['read']['addresses']['listFor']>>;

/** The command that helps, and the key that does it, or that goes on after it. */
const helpText = (vm: Vm, command: string | null): string | null => {
	if (command === null || command === '' || !vm.needsAttention) {
		return command;
	}

	return command === `cronsole vm retry ${vmName(vm)}` ? `t, or ${command}` : `${command}; then t`;
};

/** What it waits for, since when, what comes next, and which command helps: the words of `cronsole vm explain`. */
const explainLines = (vm: Vm, open: readonly Operation[], overview: Overview, context: DetailContext): DetailLines => {
	const {now, times, tasks, theme} = context;
	const operation = open[0] ?? null;
	const {doing, waitsFor, since, next, command} = explain(vm, operation, {
		...overview, now, hasLeader: overview.leader !== null, tasks,
	});
	const spell = (text: string): string => theme.isAscii ? text.replaceAll('→', 'to') : text;
	const nextAt = operation?.nextAttemptAt ?? 0;
	return [
		...factLines(context, 'doing', spell(doing), 'accent'),
		...factLines(context, 'waits for', waitsFor ?? (operation ? 'nothing: it is being worked on' : null), vm.needsAttention ? 'bad' : 'plain'),
		...factLines(context, 'since', since === null ? null : `${times.full(since)} (${formatAge(now - since)})`),
		...factLines(context, 'next', next === null ? null : `${spell(next)}${nextAt > now ? ` in ${formatAge(nextAt - now)}` : ''}`),
		...factLines(context, 'helps', helpText(vm, command), 'accent'),
		...factLines(context, 'last error', operation?.message ?? null, 'bad'),
		...factLines(context, 'then', open.slice(1).map(({kind, requestedBy}) => `${kindOf(kind).title}, asked for by ${requestedBy}`).join('; ')),
	];
};

const facts = (vm: Vm, addresses: Addresses, context: DetailContext): DetailLines => [
	...factLines(context, 'ref', `${vmName(vm)}, order ${vm.reference}`),
	...factLines(context, 'status', `${vm.status} (the last step completed), guest ${vm.remoteStatus}`),
	...factLines(context, 'suspended', vm.suspended.join(', '), 'warning'),
	...factLines(context, 'place', `${vm.cluster}/${vm.node ?? '(not placed yet)'}, VMID ${vm.vmid ?? '(none yet)'}, MAC ${vm.mac ?? '(none yet)'}`),
	...factLines(context, 'package', [vm.packageName, packageText(vm.package)].filter(text => text !== '').join(': ')),
	...factLines(context, 'template', vm.template.name),
	...factLines(context, 'addresses', addresses.length === 0 ? 'none' : addresses.map(({address, prefix, pool, ptr}) => `${address}/${prefix} (${pool}${ptr === null ? '' : `, ${ptr}`})`).join(', ')),
	...factLines(context, 'client', [vm.client.name, vm.client.email].filter(part => part !== '').join(', ')),
	...factLines(context, 'ordered', context.times.full(vm.createdAt)),
	...factLines(context, 'removed', vm.removedAt === null ? null : context.times.full(vm.removedAt)),
];

const shownOperations = 5;

const operationStyles: Readonly<Record<Operation['state'], Style>> = {
	waiting: 'plain', running: 'accent', done: 'good', failed: 'bad', cancelled: 'dim',
};

const operationLine = ({requestedAt, state, kind, requestedBy, message}: Operation, context: DetailContext): readonly Piece[] => [
	['dim', `  ${momentText(context, requestedAt)}  `],
	[operationStyles[state], state.padEnd(10)],
	['plain', `${kindOf(kind).title}, by ${requestedBy}`],
	[state === 'failed' ? 'bad' : 'dim', message === null ? '' : `: ${message.slice(0, 400)}`],
];

const foldedLog = 5;

const logOf = ({operation, from, to, log, outcome, ...row}: StepLogRow, command: string, context: DetailContext): DetailLines => [
	...stepLines({...row, outcome, name: `${operation}: ${from} to ${to}`}, context),
	...outcome === 'failed' ? logLines(log, foldedLog, command) : [],
];

/** The most steps that are read: nobody scrolls further back before asking for all of them. */
const mostSteps = 100;

const stepLogLines = (vm: Vm, steps: readonly StepLogRow[], context: DetailContext): DetailLines => {
	const command = `cronsole vm log ${vmName(vm)}`;
	const shown = steps.slice(-mostSteps).toReversed();
	return [
		...headingLines('Step log, newest first'),
		...shown.length === 0 ? [[['dim', '  nothing was done yet']] satisfies readonly Piece[]] : shown.flatMap(row => logOf(row, command, context)),
		...steps.length > mostSteps ? [[['dim', `  (older ones: ${command})`]] satisfies readonly Piece[]] : [],
	];
};

/** A VM: what it waits for, what is under way step by step, its facts, what there is to bring it back from, and its step log, newest first. */
export const readVmDetail = async (app: App, id: number, overview: Overview, context: DetailContext): Promise<Detail> => {
	const {read} = app;
	const vm = await read.vms.find(id);
	if (!vm) {
		return {title: `v${id}`, lines: [[['bad', '  there is no such VM']]]};
	}

	const [open, operations, addresses, steps, records, backups, snapshots, month] = await Promise.all([
		read.operations.listOpen(id),
		read.operations.listFor(id),
		read.addresses.listFor(id),
		read.stepLog.list(id, mostSteps + 1),
		read.dnsRecords.listFor(id),
		read.backups.list(id),
		read.snapshots.list(id),
		readMonthTraffic(app, vm, context.now),
	]);
	const settings = app.settings();
	const [operation] = open;
	const lines: DetailLines = [
		[],
		...explainLines(vm, open, overview, context),
		...operation
			? pipelineLines({
				vm, operation, progress: await readProgress(app, operation), steps,
			}, context)
			: [],
		[],
		...facts(vm, addresses, context),
		...dnsLines({
			vm, records, addresses, settings,
		}, context),
		...factLines(context, 'traffic', month.asOf === null ? null : `${usedText(month)} in ${month.month}, ${modeText(vm)}`),
		...keptLines({
			vm, backups, snapshots, settings,
		}, context),
		...operations.length === 0 ? [] : headingLines('Asked for, newest first'),
		...operations.slice(0, shownOperations).map(one => operationLine(one, context)),
		...stepLogLines(vm, steps, context),
	];
	return {title: vm.hostname, lines};
};
