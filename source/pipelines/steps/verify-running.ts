import {ClientError} from '../../clients/client-error.js';
import {type VmAddress} from '../../domain/address.js';
import {isWritten} from '../../domain/is-written.js';
import {type Operation} from '../../domain/operation.js';
import {type RemoteStatus, type Vm} from '../../domain/vm.js';
import {placeOf} from '../owned-config.js';
import {pollMs} from '../retry.js';
import {
	done,
	skipped,
	waiting,
	type Outcome,
	type Step,
	type StepContext,
} from '../step.js';
import {also} from './also.js';
import {startVm} from './start-vm.js';

/** The mails that end an operation. */
export type MailTemplate = 'vm-ready' | 'upgrade-finished' | 'password-reset' | 'backup-restored';

/** How long a VM that was started may seem off before it is started again. */
const settleMs = 15_000;

const tellsPassword = (template: MailTemplate | null): boolean => template === 'vm-ready' || template === 'password-reset';

const variablesOf = (vm: Vm, addresses: readonly VmAddress[], template: MailTemplate): Readonly<Record<string, unknown>> => ({
	reference: vm.reference,
	hostname: vm.hostname,
	client: vm.client.name,
	package: vm.packageName,
	user: vm.user,
	...(tellsPassword(template) && {password: vm.password}),
	addresses: addresses.map(({family, address, prefix, gateway}) => ({
		family, address, prefix, gateway,
	})),
});

/** The mail with the last word, or the reason why there is none; a password that nobody will be told is erased. */
const conclude = async (vm: Vm, remoteStatus: RemoteStatus, template: MailTemplate | null, {settings, operation, store, clock}: StepContext): Promise<Outcome> => {
	if (template === null) {
		return done(async ({vms}) => vms.set(vm.id, {remoteStatus}));
	}

	if (!vm.mail || !isWritten(settings, template)) {
		return skipped(vm.mail ? 'no mail configured' : 'no mail wanted', async ({vms}) =>
			vms.set(vm.id, {remoteStatus, ...(tellsPassword(template) && {password: null})}));
	}

	const addresses = await store.read.addresses.listFor(vm.id);
	return done(async tables => {
		await tables.vms.set(vm.id, {remoteStatus});
		await tables.outbox.add({
			key: `${template}:${operation.id}`, template, to: vm.client.email, variables: variablesOf(vm, addresses, template),
			vmId: vm.id, installId: null, createdAt: clock.now(),
		});
	});
};

/** A VM that does not run though it was started: given a moment, then started again, once an attempt. */
const startAgain = async (vm: Vm, elapsedMs: number, context: StepContext): Promise<Outcome> => {
	const earlier = await context.remote.resume();
	if (earlier?.outcome === 'ended') {
		throw new ClientError('the VM was started and is off again: its console on the node may say why', {peer: vm.cluster, kind: 'transient', node: vm.node});
	}

	if (earlier) {
		return earlier;
	}

	if (elapsedMs < settleMs) {
		return waiting('the VM to run', {until: context.clock.now() + pollMs(elapsedMs, {least: 1000, most: 10_000})});
	}

	const started = await startVm(vm, context);
	return started.outcome === 'waiting' ? started : waiting('the VM to run', {until: context.clock.now() + 1000});
};

/** The end for a VM that is not meant to run now: what was left out because it is suspended is made up for when that is over. */
const concludeOff = async (vm: Vm, template: MailTemplate | null, context: StepContext): Promise<Outcome> => {
	// A start that is under way would otherwise overtake the suspension's stop.
	const earlier = await context.remote.resume();
	if (earlier?.outcome === 'waiting') {
		return earlier;
	}

	const {status} = await context.proxmox.getVmStatus(placeOf(vm));
	const concluded = await conclude(vm, status, template, context);
	const isLeftOut = status === 'stopped' && context.operation.notes.wasRunning !== false;
	return isLeftOut ? also(concluded, async ({vms}) => vms.set(vm.id, {resumes: true})) : concluded;
};

const isMeantToRun = ({suspended}: Vm, {notes}: Operation): boolean => suspended.length === 0 && notes.wasRunning !== false;

/** What ends an operation with a mail: a template, or none. */
export type Ending = {readonly mail: MailTemplate | null | ((operation: Operation) => MailTemplate | null)};

/** Makes the step that sees to it that a VM which is meant to run does (and its guest agent answers, where the package asks for it), then sends the mail. */
export const createVerifyRunning = ({mail}: Ending): Step => async (vm, context) => {
	const {proxmox, operation, clock} = context;
	const template = typeof mail === 'function' ? mail(operation) : mail;
	const place = placeOf(vm);
	const elapsedMs = clock.now() - (operation.stepSince ?? clock.now());
	if (!isMeantToRun(vm, operation)) {
		return concludeOff(vm, template, context);
	}

	const {status} = await proxmox.getVmStatus(place);

	if (status !== 'running') {
		return startAgain(vm, elapsedMs, context);
	}

	const isReady = !vm.package.agent || await proxmox.isAgentAnswering(place);
	return isReady
		? conclude(vm, status, template, context)
		: waiting('the guest agent', {until: clock.now() + pollMs(elapsedMs, {least: 1000, most: 10_000})});
};
