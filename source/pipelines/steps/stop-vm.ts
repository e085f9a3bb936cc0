import {ClientError} from '../../clients/client-error.js';
import {type Operation} from '../../domain/operation.js';
import {type Vm} from '../../domain/vm.js';
import {getOwnedConfig, placeOf} from '../owned-config.js';
import {
	done,
	skipped,
	type Alongside,
	type Outcome,
	type Step,
	type StepContext,
} from '../step.js';
import {TaskFailed} from '../task-failed.js';

/** A guest that was asked to go down, and did not. */
const isRefusal = (error: unknown): boolean => error instanceof TaskFailed && /powerdown failed/i.test(error.message);

/** Remembers whether the VM ran before the operation; a later attempt, which may find it off already, changes nothing of that. */
export const noteWasRunning = async (wasRunning: boolean, {store, operation}: StepContext): Promise<void> => {
	if (operation.notes.wasRunning === undefined) {
		await store.write(async ({operations}) => operations.note(operation.id, {wasRunning}));
	}
};

/** What was seen of the guest, with the step's end. */
export const seenStopped = ({id}: Vm): Alongside => async ({vms}) => vms.set(id, {remoteStatus: 'stopped'});

/** Goes on with what an earlier attempt asked for; `refused` where the guest did not go down, of which notice is taken. */
export const resumeAsking = async ({remote}: StepContext): Promise<Awaited<ReturnType<StepContext['remote']['resume']>> | {readonly outcome: 'refused'}> => {
	try {
		return await remote.resume();
	} catch (error) {
		if (isRefusal(error)) {
			return {outcome: 'refused'};
		}

		throw error;
	}
};

const askGuest = async (vm: Vm, isForced: boolean, context: StepContext): Promise<Outcome> => {
	const {remote, proxmox, settings} = context;
	const {place} = await getOwnedConfig(vm, context);
	const waits = await remote.run(
		{
			node: place.node, type: 'qmshutdown', taskVmid: place.vmid, title: 'the shutdown',
		},
		async () => proxmox.shutdownVm(place, {timeoutSeconds: Math.ceil(settings.shutdownTimeoutMs / 1000), isForced}),
	);
	return waits ?? done(seenStopped(vm));
};

/** Turns the VM off as if its plug were pulled. */
export const stopHard = async (vm: Vm, context: StepContext): Promise<Outcome> => {
	const {remote, proxmox} = context;
	const {place} = await getOwnedConfig(vm, context);
	const waits = await remote.run(
		{
			node: place.node, type: 'qmstop', taskVmid: place.vmid, title: 'the stop',
		},
		async () => proxmox.stopVm(place, {isOverruling: true}),
	);
	return waits ?? done(seenStopped(vm));
};

type Stopping = {
	readonly isHard: (vm: Vm, operation: Operation) => boolean;
	/** Whether Proxmox turns the VM off once the guest's time is over. */
	readonly isForced: boolean;
	readonly ifRefused: (vm: Vm, context: StepContext) => Outcome | Promise<Outcome>;
};

const createStopping = ({isHard, isForced, ifRefused}: Stopping): Step => async (vm, context) => {
	const {remote, proxmox, operation} = context;
	const earlier = await resumeAsking(context);
	if (earlier?.outcome === 'waiting') {
		return earlier;
	}

	const {status} = await proxmox.getVmStatus(placeOf(vm));
	await noteWasRunning(status === 'running', context);
	if (status === 'stopped') {
		return earlier ? done(seenStopped(vm)) : skipped('it is off already', seenStopped(vm));
	}

	if (earlier?.outcome === 'ended') {
		await remote.settle();
		throw new ClientError('the VM was stopped and still runs: high availability, or somebody, starts it again', {peer: vm.cluster, kind: 'transient', node: vm.node});
	}

	if (earlier?.outcome === 'refused') {
		return ifRefused(vm, context);
	}

	return isHard(vm, operation) ? stopHard(vm, context) : askGuest(vm, isForced, context);
};

/** Makes the step that turns a VM off: the guest is asked and has its time, then it is forced; hard at once where `isHard`. Notes `wasRunning` first. */
export const createStopVm = ({isHard = () => false}: {readonly isHard?: Stopping['isHard']} = {}): Step => createStopping({isHard, isForced: true, ifRefused: stopHard});

/** Makes the step that only asks the guest; `ifRefused` answers for one that does not obey in time. */
export const createShutDown = (ifRefused: (vm: Vm, context: StepContext) => Outcome): Step => createStopping({isHard: () => false, isForced: false, ifRefused});
