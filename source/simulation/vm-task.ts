import {type LockRequest} from './locks.js';
import {type TaskPlan, type TaskStep} from './task.js';
import {assertUnlocked} from './vms.js';
import {type Vm, type World} from './world.js';

/** What a task takes unless it is a clone, a backup or a restore. */
export const shortTaskMs = 2000;

type More = Partial<Pick<TaskPlan, 'durationMs' | 'undo' | 'wrap' | 'writes' | 'storage' | 'vmids'>> & {readonly lock?: LockRequest};

/** Starts a task on a VM that checks first and then acts, and gives its UPID. */
export const startVmTask = (world: World, vm: Vm, type: string, steps: readonly TaskStep[], {lock, ...more}: More = {}): string => world.tasks.start({
	node: vm.node,
	type,
	id: String(vm.vmid),
	vmids: [vm.vmid],
	durationMs: shortTaskMs,
	steps: lock ? [{at: 0, lock, run() {/* Only the lock. */}}, ...steps] : steps,
	...more,
}).upid;

/** A first step: what is locked is left alone. */
export const unlockedFirst = (world: World, vm: Vm, run: TaskStep['run'] = () => undefined): TaskStep => ({
	at: 0,
	run(task) {
		assertUnlocked(world, vm);
		run(task);
	},
});

