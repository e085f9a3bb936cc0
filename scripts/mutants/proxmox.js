const remote = 'source/pipelines/remote-task.ts';
const remoteTests = ['test/pipelines/remote-task.test.ts'];
const rows = 'source/store/tables/remote-tasks.ts';
const ownership = 'source/pipelines/owned-config.ts';
const danger = ['test/pipelines/terminate-danger.test.ts', 'test/pipelines/ownership.test.ts'];
const guest = 'source/pipelines/own-guest.ts';
const disks = ['test/pipelines/change-disks.test.ts'];

// What is done in a cluster: once, to our VMs only, and never what loses data.
export const proxmox = [
	{
		name: 'a call goes out before its intent stands', file: remote,
		find: 'const {node, type, taskVmid, slot, rate} = wish;', replace: 'const {node, type, taskVmid, slot, rate} = wish;\n\t\t\tconst begun = await start();\n\t\t\tstart = async () => begun;',
		tests: remoteTests,
	},
	{
		name: 'the UPID is not saved before it is waited for', file: remote,
		find: 'await store.write(async ({remoteTasks}) => remoteTasks.record(task.id, upid));\n\t\t\treturn', replace: 'return', tests: remoteTests,
	},
	{
		name: 'an intent is forgotten when its answer is lost', file: remote,
		find: 'error.kind === \'unknown-outcome\'\n', replace: 'false\n', tests: remoteTests,
	},
	{
		name: 'a task that is found is not adopted', file: remote,
		find: 'if (found[0]) {', replace: 'if (false) {', tests: remoteTests,
	},
	{
		name: 'a task is started anew while its call may still arrive', file: remote,
		find: 'if (now < arrivesUntil) {', replace: 'if (false) {', tests: remoteTests,
	},
	{
		name: 'of several tasks that could be ours one is taken', file: remote,
		find: 'if (found.length > 1) {', replace: 'if (false) {', tests: remoteTests,
	},
	{
		name: 'clones are not counted against their limit', file: rows,
		find: 'if (slot && await countInUse(db, slot.key) >= slot.limit) {', replace: 'if (false) {', tests: remoteTests,
	},
	{
		name: 'destroys are not counted within the hour', file: rows,
		find: '}) >= rate.limit) {', replace: '}) >= Infinity) {', tests: ['test/pipelines/terminate.test.ts'],
	},
	{
		name: 'a VMID is given out again', file: 'source/store/tables/vmids.ts',
		find: 'if (!given.has(candidate) && !taken.has(candidate)) {', replace: 'if (!taken.has(candidate)) {', tests: ['test/store/vms.test.ts'],
	},
	{
		name: 'the stamp of a VM is not looked at', file: ownership,
		find: 'return stamp?.installation === installation && stamp.vm === vmName(vm);', replace: 'return true;', tests: danger,
	},
	{
		name: 'the stamp of another VM of ours counts', file: ownership,
		find: ' && stamp.vm === vmName(vm);', replace: ';', tests: danger,
	},
	{
		name: 'a stamp of another installation counts', file: ownership,
		find: 'stamp?.installation === installation && stamp.vm', replace: 'stamp?.vm', tests: danger,
	},
	{
		name: 'a VM is gone with its node', file: guest,
		find: 'if (!home && vm.node !== null) {', replace: 'if (false) {', tests: ['test/pipelines/terminate-absence.test.ts'],
	},
	{
		name: 'a cluster without quorum says that a VM is gone', file: guest,
		find: 'if (!isQuorate) {', replace: 'if (false) {', tests: ['test/pipelines/terminate-absence.test.ts', 'test/pipelines/cluster-faults.test.ts'],
	},
	{
		name: 'addresses go back before the VM is proven gone', file: 'source/pipelines/steps/prove-absence.ts',
		find: 'return outcome.outcome === \'waiting\' ? outcome : done(', replace: 'return done(', tests: [...danger, 'test/pipelines/terminate-absence.test.ts'],
	},
	{
		name: 'a protected VM goes', file: guest,
		find: 'if (Number(config.protection ?? 0) === 1) {', replace: 'if (false) {', tests: danger,
	},
	{
		name: 'a disk is made smaller', file: 'source/pipelines/steps/set-disk-size.ts',
		find: 'disk.gib >= gib) {', replace: 'disk.gib === gib) {', tests: disks,
	},
	{
		name: 'an additional disk goes without consent', file: 'source/pipelines/steps/remove-additional-disk.ts',
		find: 'if (!parametersOf(\'change\', operation).allowDataLoss) {', replace: 'if (false) {', tests: disks,
	},
	{
		name: 'no attempt is the last', file: 'source/pipelines/retry.ts',
		find: 'failure.attempt + 1 >= failure.maxAttempts', replace: 'failure.attempt + 1 >= Infinity', tests: ['test/pipelines/retry.test.ts', 'test/pipelines/failures.test.ts'],
	},
	{
		name: 'what is denied is tried again', file: 'source/pipelines/retry.ts',
		find: 'denied: ({error, vm}) => ({next: \'attention\',', replace: 'denied: ({error, vm}) => ({next: \'again\', afterMs: 5000,', tests: ['test/pipelines/retry.test.ts'],
	},
	{
		name: 'what is rejected is tried again', file: 'source/pipelines/retry.ts',
		find: 'rejected: askPerson,', replace: 'rejected: again(() => 5000),', tests: ['test/pipelines/retry.test.ts'],
	},
	{
		name: 'a VM that needs a person is worked on', file: 'source/pipelines/run-pipeline.ts',
		find: 'if (vm.needsAttention) {', replace: 'if (false) {', tests: ['test/pipelines/failures.test.ts'],
	},
	{
		name: 'a step of an operation that was ended writes', file: 'source/pipelines/step-run.ts',
		find: 'if (present?.state !== \'running\') {', replace: 'if (false) {', tests: ['test/pipelines/failures.test.ts'],
	},
];
