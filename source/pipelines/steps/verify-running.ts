import {ClientError} from '../../clients/client-error.js';
import {type VmAddress} from '../../domain/address.js';
import {type Vm} from '../../domain/vm.js';
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
import {startVm} from './start-vm.js';

/** How long a VM that was started may seem off before it is started again. */
const settleMs = 15_000;

const variablesOf = (vm: Vm, addresses: readonly VmAddress[]): Readonly<Record<string, unknown>> => ({
	reference: vm.reference,
	hostname: vm.hostname,
	client: vm.client.name,
	package: vm.packageName,
	user: vm.user,
	password: vm.password,
	addresses: addresses.map(({family, address, prefix, gateway}) => ({
		family, address, prefix, gateway,
	})),
});

/** The mail with the last word, or the reason why there is none; a password that nobody will be told is erased. */
const conclude = (vm: Vm, addresses: readonly VmAddress[], {settings, operation, clock}: StepContext): Outcome => {
	if (settings.mail === null || !vm.mail) {
		return skipped(settings.mail === null ? 'no mail configured' : 'no mail wanted', async ({vms}) => vms.set(vm.id, {remoteStatus: 'running', password: null}));
	}

	return done(async tables => {
		await tables.vms.set(vm.id, {remoteStatus: 'running'});
		await tables.outbox.add({
			key: `vm-ready:${operation.id}`, template: 'vm-ready', to: vm.client.email, variables: variablesOf(vm, addresses),
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

/** Makes sure that the VM runs (and its guest agent answers, where the package asks for it), then sends the mail "VM is ready". */
export const verifyRunning: Step = async (vm, context) => {
	const {proxmox, store, operation, clock} = context;
	const place = placeOf(vm);
	const elapsedMs = clock.now() - (operation.stepSince ?? clock.now());
	const {status} = await proxmox.getVmStatus(place);
	if (status !== 'running') {
		return startAgain(vm, elapsedMs, context);
	}

	const isReady = !vm.package.agent || await proxmox.isAgentAnswering(place);
	return isReady
		? conclude(vm, await store.read.addresses.listFor(vm.id), context)
		: waiting('the guest agent', {until: clock.now() + pollMs(elapsedMs, {least: 1000, most: 10_000})});
};
