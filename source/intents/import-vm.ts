import type * as z from 'zod';
import {isHostname} from '../domain/hostname.js';
import {planImport, type ImportedGuest, type ImportPlan} from '../domain/import-plan.js';
import {type Package} from '../domain/package.js';
import {grants} from '../domain/plan-change.js';
import {safeText} from '../domain/safe-text.js';
import {type Settings} from '../domain/settings.js';
import {type Vm, vmName} from '../domain/vm.js';
import {type Tables} from '../store/store.js';
import {
	addWish,
	answerChanged,
	answerSo,
	logOf,
	type Asked,
} from './ask-vm.js';
import {refuseFor, unknownName} from './check-order.js';
import {type IntentContext, type Intents} from './intents.js';
import {orderFields} from './order-schema.js';
import {strict} from './problems.js';
import {readShape} from './read-shape.js';
import {Refused} from './refused.js';
import {writeIntent} from './write-intent.js';

const {reference, hostname, client, package: packageName, backup, timezone, mail} = orderFields;

/** What a person says of a VM that is taken over; the rest is read from it. Without a client nobody gets mail about it. */
const wishSchema = strict({
	reference, hostname: hostname.nullish(), client: client.nullish(), package: packageName.nullish(), backup, timezone, mail,
});

type Wish = z.infer<typeof wishSchema>;

const mend = 'mend what is said of it and send it again; nothing was taken over';

/** Checks what is said of a VM before anybody looks at it; every problem stands in the refusal. */
export const readImportWish = (body: unknown): Wish => readShape(wishSchema, body, 'what is said of the VM', mend);

type Import = {readonly guest: ImportedGuest; readonly wish: Wish; readonly plan: ImportPlan};

const placeText = ({cluster, vmid}: Pick<ImportedGuest, 'cluster' | 'vmid'>): string => `${cluster}/${vmid}`;

/** As the VM is, with what the package grants its customer: the VM itself becomes it with a change of package. */
const packageOf = (name: string | null | undefined, plan: ImportPlan, {packages}: Settings): Package => {
	if (name === null || name === undefined) {
		return plan.package;
	}

	const named = Object.hasOwn(packages, name) ? packages[name]! : refuseFor([unknownName('package', name, Object.keys(packages))]);
	return {...Object.fromEntries(grants.filter(field => named[field] !== undefined).map(field => [field, named[field]])), ...plan.package};
};

/** The host's name, which is asked for where neither the wish nor the guest has one; nobody else's. */
const chooseHostname = async (tables: Tables, {guest, wish, plan}: Import): Promise<string> => {
	const name = wish.hostname ?? plan.hostname;
	if (name === null || !isHostname(name)) {
		throw new Refused('invalid', `hostname: ${placeText(guest)} has no name that is one of a host`, 'say which it is to have: {"hostname": NAME}');
	}

	const namesake = await tables.vms.findLivingByHostname(name);
	if (namesake) {
		throw new Refused('conflict', `hostname: ${name} belongs to ${vmName(namesake)} (reference ${namesake.reference})`, 'say another: {"hostname": NAME}');
	}

	return name;
};

const makePlan = async (tables: Tables, guest: ImportedGuest, {store, settings}: IntentContext): Promise<ImportPlan> => {
	const vms = await tables.vms.list();
	const plan = planImport(guest, settings(), {installation: store.installation, vms: vms.filter(({status}) => status !== 'removed'), addresses: await tables.addresses.listAll()});
	if (plan.problems.length > 0) {
		throw new Refused('not-allowed', safeText(`${placeText(guest)} cannot be taken over: ${plan.problems.join('; ')}`, 2000), 'nothing was done; `--dry-run` shows all that was seen');
	}

	return plan;
};

const insert = async (tables: Tables, given: Import, {settings, clock}: IntentContext): Promise<Vm> => {
	const {guest, wish, plan} = given;
	const now = clock.now();
	const vm = await tables.vms.insertImported({
		reference: wish.reference, hostname: await chooseHostname(tables, given), cluster: guest.cluster, node: guest.node, vmid: guest.vmid, mac: plan.mac,
		wantedNode: null, remoteStatus: guest.isRunning ? 'running' : 'stopped', packageName: wish.package ?? 'imported', package: packageOf(wish.package, plan, settings()), overrides: {},
		template: {
			name: 'imported', vmid: 0, clone: 'full', storage: null,
		},
		client: wish.client ?? {name: '', email: ''}, user: plan.user, password: null, sshKeys: plan.sshKeys, backup: wish.backup, timezone: wish.timezone,
		mail: wish.mail && Boolean(wish.client), order: wish, createdAt: now,
	});
	const {pools} = settings();
	for (const {address, pool: name} of new Map(plan.addresses.map(row => [row.address, row])).values()) {
		const pool = pools.find(candidate => candidate.name === name);
		if (pool && !await tables.addresses.claim(vm.id, pool, address, now)) {
			throw new Refused('conflict', `its address ${address} is held by another VM`, 'find out whose it is with `cronsole find`; nothing was taken over');
		}
	}

	// What flowed before is nobody's bill.
	await tables.traffic.add({
		vmId: vm.id, from: null, to: Math.floor(now / 1000), rows: [], now,
	});
	return vm;
};

/** Takes over a VM that was looked at: its row, its addresses, its traffic from now on, then its stamp. */
export const importVm = (context: IntentContext): Intents['importVm'] => async (guest, body) => {
	const wish = readImportWish(body);
	if (context.settings().clusters.every(({name}) => name !== guest.cluster)) {
		refuseFor([unknownName('cluster', guest.cluster, context.settings().clusters.map(({name}) => name))]);
	}

	return writeIntent(context, async tables => {
		const asked = (vm: Vm): Asked => ({
			context, tables, vm, open: [], when: 'now', later: '', now: context.clock.now(),
		});
		const present = await tables.vms.findByReference(wish.reference);
		if (present && present.status !== 'removed') {
			if (present.cluster !== guest.cluster || present.vmid !== guest.vmid) {
				throw new Refused('conflict', `the reference ${wish.reference} belongs to ${vmName(present)} ${present.hostname}`, 'use another reference');
			}

			const [operation] = await tables.operations.listOpen(present.id);
			return answerSo(asked(present), `${placeText(guest)} is ${vmName(present)} ${present.hostname} already`, operation);
		}

		const plan = await makePlan(tables, guest, context);
		const vm = await insert(tables, {guest, wish, plan}, context);
		const {operation} = await addWish(asked(vm), {kind: 'import', params: {}});
		await logOf(asked(vm), `imported: ${placeText(guest)} on ${guest.node}, reference ${vm.reference}`);
		const warnings = plan.warnings.length === 0 ? '' : `; ${plan.warnings.join('; ')}`;
		return answerChanged(asked(vm), `${placeText(guest)} is ${vmName(vm)} ${vm.hostname} from now on${safeText(warnings, 1000)}`, operation);
	});
};
