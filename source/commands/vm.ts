import {type App} from '../app.js';
import {formatAge, formatTook} from '../domain/duration.js';
import {explain as explainVm} from '../domain/explain.js';
import {safeText} from '../domain/safe-text.js';
import {type StepLogRow} from '../domain/step-log.js';
import {resolveTaskStates} from '../domain/task-state.js';
import {type Vm, vmName} from '../domain/vm.js';
import {warnWithoutLeader} from './answer.js';
import {exitCodes, type Command, type Output} from './io.js';
import {stepsJson, vmJson} from './json/vm-json.js';
import {formatTable} from './table.js';
import {createTimes, iso} from './times.js';
import {doingText} from './vm-list.js';
import {waitForVm} from './wait-for-vm.js';

const printSteps = async (app: App, steps: readonly StepLogRow[], output: Output, hasLogs: boolean): Promise<void> => {
	const times = createTimes(app.settings().timezone);
	const rows = steps.map(row => [times.full(row.startedAt), `${row.from} → ${row.to}`, row.outcome, `${row.attempt}`, formatTook(row.durationMs), safeText(row.reason ?? '', 200)]);
	const [heading, ...lines] = await formatTable(['AT', 'STEP', 'OUTCOME', 'TRY', 'TOOK', 'WHY'], rows);
	output.out(heading!);
	for (const [index, line] of lines.entries()) {
		output.out(line);
		for (const text of hasLogs ? steps[index]!.log?.split('\n') ?? [] : []) {
			output.out(`    ${safeText(text, 300)}`);
		}
	}
};

const read = async (app: App, ref: string | undefined) => {
	const vm = await app.intents.resolveVm(ref ?? '');
	const [[operation = null], addresses, steps] = await Promise.all([app.read.operations.listOpen(vm.id), app.read.addresses.listFor(vm.id), app.read.stepLog.list(vm.id)]);
	return {
		vm, operation, addresses, steps,
	};
};

const facts = (vm: Vm, rest: ReadonlyArray<readonly [string, string]>): ReadonlyArray<readonly [string, string]> => [
	['id', vmName(vm)],
	['reference', vm.reference],
	['client', safeText(`${vm.client.name} <${vm.client.email}>`, 200)],
	['place', `${vm.cluster}${vm.node === null ? '' : `, ${vm.node}`}${vm.vmid === null ? '' : `, VMID ${vm.vmid}`}`],
	['status', `${vm.status}, ${vm.remoteStatus}${vm.suspended.length === 0 ? '' : `, suspended: ${vm.suspended.join(', ')}`}`],
	['package', `${vm.packageName} ${JSON.stringify(vm.package)}`],
	['template', vm.template.name],
	...rest,
];

/** Everything about a VM. */
export const showVm: Command = async (app, [ref], _flags, output) => {
	const {vm, operation, addresses, steps} = await read(app, ref);
	if (output.isJson) {
		output.json({...vmJson(vm, operation, addresses), steps: stepsJson(steps)});
		return exitCodes.done;
	}

	const times = createTimes(app.settings().timezone);
	output.out(vm.hostname);
	const rows = facts(vm, [
		['addresses', addresses.length === 0 ? 'none yet' : addresses.map(({address, prefix, pool}) => `${address}/${prefix} (${pool})`).join(', ')],
		['ordered', times.full(vm.createdAt)],
		...vm.removedAt === null ? [] : [['removed', times.full(vm.removedAt)] as const],
		['doing', operation === null && vm.needsAttention === null ? 'nothing' : safeText(doingText(vm, operation), 300)],
		...vm.needsAttention ? [['helps', vm.needsAttention.command] as const] : [],
	]);
	for (const [name, value] of rows) {
		output.out(`  ${name.padEnd(10)} ${value}`);
	}

	if (steps.length > 0) {
		output.out('');
		await printSteps(app, steps, output, false);
	}

	return exitCodes.done;
};

/** A VM's step log, with the logs of tasks that failed. */
export const logOfVm: Command = async (app, [ref], _flags, output) => {
	const {vm, steps} = await read(app, ref);
	if (output.isJson) {
		output.json({id: vmName(vm), steps: stepsJson(steps)});
	} else if (steps.length === 0) {
		output.out(`${vm.hostname} has no step behind it yet`);
	} else {
		await printSteps(app, steps, output, true);
	}

	return exitCodes.done;
};

/** What a VM waits for, since when, what comes next, which command helps. */
export const explainOneVm: Command = async (app, [ref], _flags, output) => {
	const {vm, operation} = await read(app, ref);
	const overview = await app.overview({vms: 0, installs: 0, activity: 0});
	const {doing, waitsFor, since, next, command} = explainVm(vm, operation, {
		...overview, hasLeader: overview.leader !== null, tasks: resolveTaskStates(app.settings().tasks, overview.taskSettings),
	});
	if (output.isJson) {
		output.json({
			id: vmName(vm), hostname: vm.hostname, status: vm.status, doing, waitsFor, since: iso(since), next, nextAttemptAt: iso(operation?.nextAttemptAt ?? null), command,
		});
		return exitCodes.done;
	}

	const times = createTimes(app.settings().timezone);
	const later = operation?.nextAttemptAt ?? 0;
	const rows: ReadonlyArray<readonly [string, string | null]> = [
		['doing', doing],
		['waits for', waitsFor ?? (operation ? 'nothing: it is being worked on' : null)],
		['since', since === null ? null : `${times.full(since)} (${formatAge(overview.now - since)})`],
		['next', next === null ? null : `${next}${later > overview.now ? ` in ${formatAge(later - overview.now)}` : ''}`],
		['helps', command],
	];
	output.out(`${vm.hostname} (${vmName(vm)}, ${vm.reference}) on ${vm.cluster}`);
	for (const [name, value] of rows.filter(([, value]) => value !== null)) {
		output.out(`  ${name.padEnd(10)} ${safeText(value!, 500)}`);
	}

	return exitCodes.done;
};

/** Tries again what needs attention. */
export const retryVm: Command = async (app, [ref], flags, output) => {
	const {changed, message, subject} = await app.intents.retryVm(ref ?? '');
	if (changed) {
		await warnWithoutLeader(app, output);
	}

	if (!output.isJson) {
		output.out(message);
	}

	const before = await read(app, vmName(subject));
	const exitCode = await waitForVm(app, {vmId: subject.id, operationId: before.operation?.id}, flags, output);
	if (output.isJson) {
		const {vm, operation, addresses} = await read(app, vmName(subject));
		output.json({...vmJson(vm, operation, addresses), changed, message});
	}

	return exitCode;
};
