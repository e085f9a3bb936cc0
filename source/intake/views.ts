import {type App} from '../app.js';
import {presentMonth, readUsage} from '../app/read-usage.js';
import {wholeInstallJson} from '../commands/print/json/install-json.js';
import {vmJson} from '../commands/print/json/vm-json.js';
import {readStart} from '../commands/print/install-starts.js';
import {iso} from '../commands/print/times.js';
import {type Install} from '../domain/install.js';
import {type BilledAs, type IntakeOrder, orderName} from '../domain/intake-order.js';
import {type Operation} from '../domain/operation.js';
import {isMonth} from '../domain/traffic-periods.js';
import {type Usage} from '../domain/usage.js';
import {type Vm} from '../domain/vm.js';
import {safeText} from '../domain/safe-text.js';
import {Refused} from '../intents/refused.js';
import {standingOf} from './order-state.js';

type Json = Readonly<Record<string, unknown>>;

const viewVm = async ({read}: App, vm: Vm, operation: Operation | null) => {
	const [addresses, records] = await Promise.all([read.addresses.listFor(vm.id), read.dnsRecords.listFor(vm.id)]);
	return vmJson(vm, operation, addresses, records);
};

const viewInstall = async (app: App, install: Install) => wholeInstallJson(install, await readStart(app, install));

/** An order as it stands, with what it is about. */
export const viewOrder = async (app: App, order: IntakeOrder): Promise<Json> => {
	const {read} = app;
	const vm = order.vmId === null ? null : await read.vms.find(order.vmId) ?? null;
	const operation = order.operationId === null ? null : await read.operations.find(order.operationId) ?? null;
	const install = order.installId === null ? null : await read.installs.find(order.installId) ?? null;
	const {orderKey, action, kind, reference, service} = order;
	return {
		operation: {
			id: orderName(order), orderKey, action, kind, reference, ...standingOf(order, {vm, operation, install}), service, orderedAt: iso(order.createdAt),
		},
		vm: vm && await viewVm(app, vm, operation),
		install: install && await viewInstall(app, install),
	};
};

/** What stands under a reference now; undefined: nothing ever did. */
export const viewReference = async (app: App, reference: string, keyName: string | null): Promise<Json | undefined> => {
	const {read} = app;
	const [vm, install, order] = await Promise.all([read.vms.findByReference(reference), read.installs.findLatest(reference), read.intake.findLast(reference)]);
	if (!vm && !install) {
		return undefined;
	}

	const [open] = vm ? await read.operations.listOpen(vm.id) : [];
	const isOwn = order && (keyName === null || order.keyName === keyName);
	const own = isOwn ? await viewOrder(app, order) : undefined;
	return {operation: own?.operation ?? null, vm: vm ? await viewVm(app, vm, open ?? null) : null, install: install ? await viewInstall(app, install) : null};
};

const findServices = async ({read}: App): Promise<(vm: Usage['vm']) => BilledAs | null> => {
	const all = await read.intake.listBilled();
	const billed = all.filter(({kind}) => kind === 'vm');
	const byVm = new Map(billed.map(({vmId, service}) => [vmId, service]));
	const byReference = new Map(billed.map(({reference, service}) => [reference, service]));
	// An earlier VM of the same order was billed as the same service.
	return ({id, reference}) => byVm.get(id) ?? byReference.get(reference) ?? null;
};

/** What flowed in a month, for metric billing: the figures of `cronsole usage`. */
export const viewUsage = async (app: App, wanted: string | null, now: number): Promise<Json> => {
	const settings = app.settings();
	const month = wanted ?? presentMonth(settings, now);
	if (!isMonth(month)) {
		throw new Refused('invalid', `month: ${safeText(month, 40)} is no month`, `write year and month, such as ${presentMonth(settings, now)}`);
	}

	const usage = await readUsage(app, month, now);
	const serviceOf = await findServices(app);
	const counted = usage.map(({asOf}) => asOf).filter(asOf => asOf !== null);
	return {
		month,
		zone: settings.timezone,
		// Up to where all of it is counted.
		asOf: counted.length === usage.length && counted.length > 0 ? iso(Math.min(...counted)) : null,
		complete: usage.every(({isComplete}) => isComplete) && month < presentMonth(settings, now),
		services: usage.map(({vm, bytesIn, bytesOut, billable, gapSeconds, asOf, isComplete}) => ({
			reference: vm.reference, service: serviceOf(vm), hostname: vm.hostname,
			inBytes: bytesIn, outBytes: bytesOut, billableBytes: billable, gaps: gapSeconds, asOf: iso(asOf), complete: isComplete,
		})),
	};
};

/** Who is here, whether anybody works, and what time it is. */
export const viewPing = async (app: App, now: number): Promise<Json> => {
	const {leader} = await app.overview({vms: 0, installs: 0, activity: 0});
	return {
		version: app.version, installation: app.installation, leader: leader !== null, clock: Math.floor(now / 1000),
	};
};
