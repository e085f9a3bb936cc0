import {
	vmOf,
	isSet,
	type Call,
	type Endpoint,
	assertQuorum,
} from '../endpoint.js';
import {vmLock} from '../locks.js';
import {refuse, refuseParameters} from '../refusal.js';
import {
	boolean,
	format,
	integer,
	onVm,
	oneOf,
	text,
} from '../rules.js';
import {type Rules} from '../verify.js';
import {startVmTask, unlockedFirst} from '../vm-task.js';
import {
	isRunning,
	isTemplate,
	restartVm,
	startVm,
	stopVm,
} from '../vms.js';
import {isQuorate, type Vm, type World} from '../world.js';

const start = (call: Call) => {
	const {world} = call;
	const vm = vmOf(call);
	assertQuorum(isQuorate(world));
	return startVmTask(world, vm, 'qmstart', [
		unlockedFirst(world, vm, task => {
			if (isTemplate(vm)) {
				throw new Error('you can\'t start a vm if it\'s a template');
			}

			if (isRunning(vm)) {
				throw new Error(`VM ${vm.vmid} already running`);
			}

			task.log.push('generating cloud-init ISO');
		}),
		{
			at: 1, run() {
				startVm(world, vm);
			},
		},
	], {lock: vmLock(vm.vmid)});
};

const stop = (call: Call) => {
	const {world} = call;
	const vm = vmOf(call);
	if (isSet(call.parameters['overrule-shutdown'])) {
		for (const task of world.tasks.running().filter(({plan}) => plan.type === 'qmshutdown' && plan.vmids.includes(vm.vmid))) {
			task.log.push('QEMU Guest Agent is not running - received interrupt');
			world.tasks.interrupt(task, 'unexpected status', false);
		}
	}

	return startVmTask(world, vm, 'qmstop', [unlockedFirst(world, vm), {
		at: 1, run() {
			stopVm(world, vm);
		},
	}], {lock: vmLock(vm.vmid)});
};

/** How long a guest takes to go down when asked; a paused one never hears it. */
const guestDelay = (world: World, vm: Vm) => vm.isPaused ? Infinity : world.random.integer(1500, 4500);

const shutdown = (call: Call, type: 'qmshutdown' | 'qmreboot') => {
	const {world, parameters} = call;
	const vm = vmOf(call);
	if (type === 'qmreboot' && !isRunning(vm)) {
		refuse(`VM ${vm.vmid} not running`);
	}

	const timeoutMs = Number(parameters.timeout ?? 60) * 1000;
	const delayMs = isRunning(vm) ? guestDelay(world, vm) : 0;
	const isObeyed = delayMs <= timeoutMs;
	return startVmTask(world, vm, type, [unlockedFirst(world, vm), {
		at: 1, run() {
			if (!isObeyed && !isSet(parameters.forceStop)) {
				throw new Error('VM quit/powerdown failed - got timeout');
			}

			if (type === 'qmreboot') {
				restartVm(world, vm);
			} else {
				stopVm(world, vm);
			}
		},
	}], {lock: vmLock(vm.vmid), durationMs: isObeyed ? delayMs : timeoutMs});
};

const whileRunning = (type: string, act: (vm: Vm) => void) => (call: Call) => {
	const vm = vmOf(call);
	return startVmTask(call.world, vm, type, [unlockedFirst(call.world, vm, () => {
		if (!isRunning(vm)) {
			throw new Error(`VM ${vm.vmid} not running`);
		}
	}), {
		at: 1, run() {
			act(vm);
		},
	}], {lock: vmLock(vm.vmid)});
};

const suspend = (call: Call) => {
	if (!isSet(call.parameters.todisk)) {
		return whileRunning('qmpause', vm => {
			vm.isPaused = true;
		})(call);
	}

	return whileRunning('qmsuspend', vm => {
		stopVm(call.world, vm);
		vm.config.lock = 'suspended';
	})(call);
};

const skiplock = boolean();

const statusPath = '/nodes/{node}/qemu/{vmid}/status';

const power = (verb: string, more: Rules, run: (call: Call) => unknown): Endpoint => ({
	method: 'POST',
	path: `${statusPath}/${verb}`,
	isForwarded: true,
	privilege: ['/vms/{vmid}', 'VM.PowerMgmt'],
	rules: {...onVm, ...more},
	run(call) {
		if (call.parameters.skiplock !== undefined) {
			refuseParameters({skiplock: 'Only root may use this option.'});
		}

		return run(call);
	},
});

/** On, off and everything between. */
export const powerEndpoints: readonly Endpoint[] = [
	power('start', {
		skiplock, 'force-cpu': text(), machine: text(), migratedfrom: format('node'), migration_network: format('cidr'), migration_type: oneOf('secure insecure'), 'nets-host-mtu': text(),
		stateuri: text({maxLength: 128}), targetstorage: text(), timeout: integer(0), 'with-conntrack-state': boolean({since: 9}),
	}, start),
	power('stop', {
		skiplock, keepActive: boolean(), migratedfrom: format('node'), 'overrule-shutdown': boolean(), timeout: integer(0),
	}, stop),
	power('shutdown', {
		skiplock, forceStop: boolean(), keepActive: boolean(), timeout: integer(0),
	}, call => shutdown(call, 'qmshutdown')),
	power('reboot', {timeout: integer(0)}, call => shutdown(call, 'qmreboot')),
	power('reset', {skiplock}, whileRunning('qmreset', () => undefined)),
	power('suspend', {skiplock, statestorage: format('storage-id', {requires: 'todisk'}), todisk: boolean()}, suspend),
	power('resume', {skiplock, nocheck: boolean()}, whileRunning('qmresume', vm => {
		vm.isPaused = false;
	})),
];
