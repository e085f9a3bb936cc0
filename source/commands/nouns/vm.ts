import {type App} from '../../app.js';
import {formatAge} from '../../domain/duration.js';
import {explain as explainVm} from '../../domain/explain.js';
import {debtHelp, debtsOf} from '../../domain/explain-dns.js';
import {safeText} from '../../domain/safe-text.js';
import {type Operation} from '../../domain/operation.js';
import {kindOf} from '../../domain/operation-kind.js';
import {resolveTaskStates} from '../../domain/task-state.js';
import {type Vm, vmName} from '../../domain/vm.js';
import {exitCodes, type Command} from '../io/io.js';
import {recordJson} from '../print/json/dns-json.js';
import {stepsJson, vmJson} from '../print/json/vm-json.js';
import {printSteps} from '../print/print-steps.js';
import {createTimes, iso} from '../print/times.js';
import {doingText, statusText} from '../print/vm-texts.js';
import {debtRows, dnsRow} from './vm-dns.js';
import {scheduleText} from './backup.js';

const read = async (app: App, ref: string | undefined) => {
	const vm = await app.intents.resolveVm(ref ?? '');
	const {operations, addresses, stepLog, dnsRecords} = app.read;
	const [[operation = null, ...later], held, steps, records] = await Promise.all([operations.listOpen(vm.id), addresses.listFor(vm.id), stepLog.list(vm.id), dnsRecords.listFor(vm.id)]);
	return {
		vm, operation, later, addresses: held, steps, records,
	};
};

const facts = (vm: Vm, rest: ReadonlyArray<readonly [string, string]>): ReadonlyArray<readonly [string, string]> => [
	['id', vmName(vm)],
	['reference', vm.reference],
	['client', safeText(`${vm.client.name} <${vm.client.email}>`, 200)],
	['place', `${vm.cluster}${vm.node === null ? '' : `, ${vm.node}`}${vm.vmid === null ? '' : `, VMID ${vm.vmid}`}`],
	['status', statusText(vm)],
	['package', `${vm.packageName} ${JSON.stringify(vm.package)}`],
	['template', vm.template.name],
	...rest,
];

/** What waits behind the present operation. */
const laterRow = (later: readonly Operation[]): ReadonlyArray<readonly [string, string]> =>
	later.length === 0 ? [] : [['then', safeText(later.map(({kind, requestedBy}) => `${kindOf(kind).title}, asked for by ${requestedBy}`).join('; '), 500)]];

const ofQuota = (count: number, quota: number | undefined): string => quota === undefined ? `${count}` : `${count} of ${quota}`;

/** How many snapshots and backups there are, and when a backup is made by itself. */
const keptFacts = async ({read: {snapshots, backups}, settings}: App, vm: Vm): Promise<ReadonlyArray<readonly [string, string]>> => {
	const [taken, made] = await Promise.all([snapshots.list(vm.id), backups.list(vm.id)]);
	const there = made.filter(({state}) => state === 'done');
	const last = there.at(-1);
	const times = createTimes(settings().timezone);
	return [
		['snapshots', ofQuota(taken.filter(({ours}) => ours).length, vm.package.snapshots)],
		['backups', `${ofQuota(there.filter(({kind}) => kind !== 'foreign').length, vm.package.backups)}${last ? `, the last of ${times.full(last.createdAt)}` : ''}`],
		['scheduled', scheduleText(vm, settings())],
	];
};

/** Everything about a VM. */
export const showVm: Command = async (app, [ref], _flags, output) => {
	const {vm, operation, later, addresses, steps, records} = await read(app, ref);
	if (output.isJson) {
		output.json({...vmJson(vm, operation, addresses, records), steps: stepsJson(steps)});
		return exitCodes.done;
	}

	const times = createTimes(app.settings().timezone);
	const need = debtsOf(records).find(({state}) => state !== 'owed');
	const help = vm.needsAttention?.command ?? (need ? debtHelp(need, vm) : null);
	output.out(vm.hostname);
	const rows = facts(vm, [
		['addresses', addresses.length === 0 ? 'none' : addresses.map(({address, prefix, pool, ptr}) => `${address}/${prefix} (${pool}${ptr === null ? '' : `, ${ptr}`})`).join(', ')],
		...dnsRow({vm, records, addresses}, app.settings()),
		...vm.status === 'removed' ? [] : await keptFacts(app, vm),
		['ordered', times.full(vm.createdAt)],
		...vm.removedAt === null ? [] : [['removed', times.full(vm.removedAt)] as const],
		['doing', operation === null && vm.needsAttention === null ? 'nothing' : safeText(doingText(vm, operation), 300)],
		...help === null ? [] : [['helps', help] as const],
		...laterRow(later),
	]);
	for (const [name, value] of rows) {
		output.out(`  ${name.padEnd(10)} ${value}`);
	}

	// Of a long life only the last operation: the rest would push all of this off the screen.
	const last = steps.filter(({operationId}) => operationId === steps.at(-1)!.operationId);
	if (steps.length > 0) {
		output.out('');
		await printSteps(app, last, output, false);
	}

	if (last.length < steps.length) {
		output.out(`more before: cronsole vm log ${vmName(vm)}`);
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
	const {vm, operation, later, records} = await read(app, ref);
	const debts = debtsOf(records);
	const overview = await app.overview({vms: 0, installs: 0, activity: 0});
	const {doing, waitsFor, since, next, command} = explainVm(vm, operation, {
		...overview, hasLeader: overview.leader !== null, tasks: resolveTaskStates(app.settings().tasks, overview.taskSettings),
	});
	if (output.isJson) {
		output.json({
			id: vmName(vm), hostname: vm.hostname, status: vm.status, doing, waitsFor, since: iso(since),
			next, nextAttemptAt: iso(operation?.nextAttemptAt ?? null), command, queued: later.map(({kind}) => kind), dns: debts.map(record => recordJson(record)),
		});
		return exitCodes.done;
	}

	const times = createTimes(app.settings().timezone);
	const nextAt = operation?.nextAttemptAt ?? 0;
	const rows: ReadonlyArray<readonly [string, string | null]> = [
		['doing', doing],
		['waits for', waitsFor ?? (operation ? 'nothing: it is being worked on' : null)],
		['since', since === null ? null : `${times.full(since)} (${formatAge(overview.now - since)})`],
		['next', next === null ? null : `${next}${nextAt > overview.now ? ` in ${formatAge(nextAt - overview.now)}` : ''}`],
		['helps', command],
		...laterRow(later),
		...debtRows(vm, records, output.now()),
	];
	output.out(`${vm.hostname} (${vmName(vm)}, ${vm.reference}) on ${vm.cluster}`);
	for (const [name, value] of rows.filter(([, value]) => value !== null)) {
		output.out(`  ${name.padEnd(10)} ${safeText(value!, 500)}`);
	}

	return exitCodes.done;
};
