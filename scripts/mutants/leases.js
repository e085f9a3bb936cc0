const store = 'source/store/tables/leases.ts';
const leaseTests = ['test/store/leases.test.ts'];
const instanceTests = ['test/scheduler/instance.test.ts'];
const runTests = ['test/scheduler/run-task.test.ts'];

// Locks, leadership, runs, pauses and holds.
export const leases = [
	{
		name: 'a write under a lease does not check the lease', file: 'source/store/open-store.ts',
		find: 'await checkLease(db, lease);', replace: '', tests: leaseTests,
	},
	{
		name: 'the number of a lease is not compared', file: store,
		find: '.where(\'fence\', \'=\', fence));', replace: ');', tests: leaseTests,
	},
	{
		name: 'a lease that was lost counts as renewed', file: 'source/scheduler/renewing.ts',
		find: 'if (still.some(({name, fence}) => name === entry.name && fence === entry.held!.fence)) {', replace: 'if (still.length >= 0) {', tests: instanceTests,
	},
	{
		name: 'a holder that did not renew in time goes on', file: 'source/scheduler/instance.ts',
		find: 'const isAlive = () => !entry.isLost && clock.monotonic() < entry.deadline;', replace: 'const isAlive = () => !entry.isLost;', tests: instanceTests,
	},
	{
		name: 'a living owner loses its lease without the grace', file: store,
		find: 'present.until_monotonic + (present.ttl_ms / graceShare)', replace: 'present.until_monotonic', tests: leaseTests,
	},
	{
		name: 'a dead owner is known by age alone', file: store,
		find: 'const isOwnerDead = seen !== undefined && isDead(seen);', replace: 'const isOwnerDead = false;', tests: leaseTests,
	},
	{
		name: 'a lease that is held is given to the same owner again', file: store,
		find: 'if (view && !isOwnerDead && !isOverdue) {', replace: 'if (view && !isOwnerDead && !isOverdue && present.owner !== owner) {', tests: leaseTests,
	},
	{
		name: 'a change is sent without its guard', file: 'source/clients/proxmox/calls.ts',
		find: 'const beforeSend = isChange(call) ? guard : () => undefined;', replace: 'const beforeSend = () => undefined;', tests: ['test/clients/proxmox/limits.test.ts'],
	},
	{
		name: 'a task runs without its lock', file: 'source/scheduler/run-task.ts',
		find: 'instance.acquire(taskLock(wish.task), ', replace: 'instance.acquire(String(Math.random()), ', tests: runTests,
	},
	{
		name: 'two operations of a VM run at a time', file: 'source/store/tables/operations.ts',
		find: '.where(sql<SqlBool>`not exists (select 1 from operations as p where p.vm_id = operations.vm_id and p.state = \'running\')`)', replace: '',
		tests: ['test/store/operations.test.ts'],
	},
	{
		name: 'a console does not hand over to a daemon', file: 'source/scheduler/leadership.ts',
		find: '} else if (daemon) {', replace: '} else if (false) {', tests: ['test/scheduler/leadership.test.ts'],
	},
	{
		name: 'a paused task is due', file: 'source/domain/due.ts',
		find: 'if (task.paused !== null) {', replace: 'if (false) {', tests: ['test/domain/due.test.ts'],
	},
	{
		name: 'what a paused task owns goes on', file: 'source/scheduler/conditions.ts',
		find: 'intervalSeconds > 0 && paused === null)', replace: 'intervalSeconds > 0)', tests: ['test/scheduler/scheduler.test.ts'],
	},
	{
		name: 'a task is due during a hold', file: 'source/domain/due.ts',
		find: 'if (isOnHold) {', replace: 'if (false) {', tests: ['test/domain/due.test.ts'],
	},
	{
		name: 'a run by hand starts during a hold', file: 'source/scheduler/run-task.ts',
		find: 'if (hold !== null) {\n\t\treturn {run: null', replace: 'if (false) {\n\t\treturn {run: null', tests: runTests,
	},
	{
		name: 'operations go on during a hold', file: 'source/scheduler/continue.ts',
		find: 'if (conditions.hold === null) {', replace: 'if (true) {', tests: ['test/scheduler/scheduler.test.ts'],
	},
];
