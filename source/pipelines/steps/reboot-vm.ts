import {ClientError} from '../../clients/client-error.js';
import {formatAge} from '../../domain/duration.js';
import {vmName, type Vm} from '../../domain/vm.js';
import {getOwnedConfig, placeOf} from '../owned-config.js';
import {
	done,
	givenUp,
	waiting,
	type Outcome,
	type Step,
	type StepContext,
} from '../step.js';
import {refuseSuspended, startOnDemand} from './start-on-demand.js';
import {seenRunning} from './start-vm.js';
import {noteWasRunning, resumeAsking} from './stop-vm.js';

/** Proxmox's task ends when the guest is down; the node starts it again a moment later. */
const settleMs = 15_000;

/** Asks the guest to go down and has its node start it again, with what was pending. */
export const askToReboot = async (vm: Vm, context: StepContext): Promise<Outcome> => {
	const {remote, proxmox, settings} = context;
	const {place} = await getOwnedConfig(vm, context);
	const waits = await remote.run(
		{
			node: place.node, type: 'qmreboot', taskVmid: place.vmid, title: 'the reboot',
		},
		async () => proxmox.rebootVm(place, {timeoutSeconds: Math.ceil(settings.shutdownTimeoutMs / 1000)}),
	);
	return waits ?? done();
};

/** A VM whose task ended well and that is off: given a moment, then started by the next attempt. */
const awaitRunning = async (vm: Vm, {remote, clock, operation, settings}: StepContext): Promise<Outcome> => {
	const now = clock.now();
	if (now - (operation.stepSince ?? now) < settings.shutdownTimeoutMs + settleMs) {
		return waiting('the VM to run', {until: now + 1000});
	}

	await remote.settle();
	throw new ClientError('the guest went down and its node did not start it again', {peer: vm.cluster, kind: 'transient', node: vm.node});
};

/** Reboots the VM because a person says so; one that is off is started. */
export const rebootVm: Step = async (vm, context) => {
	const {proxmox, operation, settings} = context;
	const earlier = await resumeAsking(context);
	if (earlier?.outcome === 'waiting') {
		return earlier;
	}

	if (earlier?.outcome === 'refused') {
		const name = vmName(vm);
		return givenUp(`the guest did not shut down within ${formatAge(settings.shutdownTimeoutMs)}: \`cronsole vm stop ${name}\` forces it, \`cronsole vm start ${name}\` starts it again`);
	}

	const {status} = await proxmox.getVmStatus(placeOf(vm));
	if (status === 'running' && operation.notes.wasRunning === false) {
		return done(seenRunning(vm), 'it was off: it was started');
	}

	if (earlier) {
		return status === 'running' ? done(seenRunning(vm)) : awaitRunning(vm, context);
	}

	if (vm.suspended.length > 0) {
		return refuseSuspended(vm);
	}

	await noteWasRunning(status === 'running', context);
	return status === 'running' ? askToReboot(vm, context) : startOnDemand(vm, context);
};
