import {expect, test} from 'vitest';
import {createWorld} from '../pipelines/world.js';

test('a password that a task quotes at its end stands neither in the task\'s row nor in its step', async () => {
	const world = await createWorld();
	const {store, fault} = world;
	const {vm} = await world.order({password: 'correct horse'});
	fault({
		kind: 'fail-task', type: 'qmclone', text: 'no drive takes correct horse', count: 1,
	});
	await world.drive(vm, ({status}) => status === 'clone');
	const steps = await world.steps(vm);
	const failed = steps.find(({outcome}) => outcome === 'failed');
	const task = await store.read.remoteTasks.findByUpid(failed!.upid!);
	expect(task?.exitStatus).toBe('clone failed: no drive takes ••••');
	expect(JSON.stringify(steps)).not.toContain('correct horse');
});
