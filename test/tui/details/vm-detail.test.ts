import {describe, expect, it} from 'vitest';
import {type Store} from '../../../source/store/store.js';
import {readVmDetail} from '../../../source/tui/details/vm-detail.js';
import {type StepLogRow} from '../../../source/domain/step-log.js';
import {newVm} from '../../store/support/temporary-store.js';
import {cpuMs} from '../../support/cpu-time.js';
import {fixedNow, fixedOverview} from '../support/fixed-overview.js';
import {createRealApp} from '../support/real-app.js';
import {contextWith, detailOf} from './support.js';

const minute = 60_000;
const at = fixedNow - (10 * minute);

const row = (operationId: number, more: Partial<StepLogRow> = {}): StepLogRow => ({
	operationId, operation: 'create', from: 'set_ip', to: 'clone', outcome: 'done', reason: null, attempt: 1, startedAt: at, durationMs: 2100, upid: null, log: null, ...more,
});

/** A VM in the middle of its deploy: the address is reserved, the clone is at 62 %. */
const addDeploying = async (store: Store, log: string | null = null): Promise<number> => store.write(async ({vms, operations, remoteTasks, stepLog}) => {
	const vm = await vms.insert(newVm({
		createdAt: at - minute,
		package: {
			cores: 2, memoryMib: 4096, diskGib: 40, networkMbps: 100, ipv4: 1, trafficGb: 1000, backups: 3, snapshots: 2,
		},
	}));
	const {operation: {id}} = await operations.add(vm.id, {
		kind: 'create', params: null, requestedBy: 'billing', now: at,
	});
	await operations.begin(id, at);
	await operations.add(vm.id, {
		kind: 'reboot', params: null, requestedBy: 'anna', now: at,
	});
	await vms.advance(vm, 'set_ip', row(id, {from: 'creation', to: 'set_ip', startedAt: at + 1000}));
	await operations.nextStep(id, fixedNow - 41_000);
	await stepLog.addFailure(vm.id, row(id, {
		outcome: 'failed', reason: 'got timeout', log, durationMs: 30_000, startedAt: at + 2000,
	}));
	const task = await remoteTasks.intend({
		operationId: id, vmId: vm.id, cluster: 'fra1', node: 'pve1', type: 'qmclone', taskVmid: 9000, step: 'clone', intentAt: at, deadlineAt: at + minute,
	});
	await remoteTasks.record(task!.id, 'UPID:pve1:1');
	await remoteTasks.setProgress(task!.id, 62);
	await operations.wait(id, {
		waitingFor: 'the clone on pve1', nextAttemptAt: null, remoteTaskId: task!.id, slot: null, pausedByNode: null,
	});
	return vm.id;
});

describe('the details of a VM', () => {
	it('say what it waits for, what it is, and how far its pipeline is', async () => {
		const {app, store} = await createRealApp();
		const id = await addDeploying(store, 'one\ntwo');
		const {title, text} = await detailOf(app, {kind: 'vm', id});
		expect(title).toBe('web1.example.net');
		expect(text).toMatchInlineSnapshot(`
			"
			  doing         deploy, step 2 of 15: set_ip → clone
			  waits for     the clone on pve1
			  since         2026-11-21 18:39:31 CET (41s)
			  next          set_ip → clone
			  then          reboot, asked for by anna

			  deploy, step 2 of 15
			  done      2.1s  set_ip
			  ▸ now      41s  clone
			                  ██████████████████░░░░░░░░░░░░ 62%
			                  set_dns
			                  migrated
			                  set_cpu_ram
			                  set_system_disk_size
			                  set_system_disk_bandwidth
			                  set_created_additional_disk
			                  set_additional_disk_size
			                  set_additional_disk_bandwidth
			                  set_network
			                  set_firewall
			                  set_cloudinit
			                  starting
			                  ready

			  ref           v101, order order-1
			  status        set_ip (the last step completed), guest unknown
			  place         fra1/(not placed yet), VMID (none yet), MAC (none yet)
			  package       kvm-s: 2 cores, 4 GiB, 40 GiB disk, 100 Mbit/s, 1 IPv4, 1000 GB traffic, 3
			                backups, 2 snapshots
			  template      debian-12
			  addresses     none
			  client        Ada, ada@example.org
			  ordered       2026-11-21 18:29:12 CET

			  Backups and snapshots
			  backups       0 of 3
			  scheduled     mon 02:30 (Europe/Berlin)
			  snapshots     0 of 2

			  Asked for, newest first
			  18:30:12     waiting   reboot, by anna
			  18:30:12     running   deploy, by billing

			  Step log, newest first
			  18:30:14     failed   30.0s  create: set_ip to clone
			      got timeout
			      one
			      two
			  18:30:13     done      2.1s  create: creation to set_ip"
		`);
	});

	it.each([40, 52, 60, 80, 200])('fit into %i columns, and name the command whole', async columns => {
		const {app, store} = await createRealApp();
		const id = await addDeploying(store, 'one\ntwo\nthree\nfour\nfive\nsix\nseven');
		const {text} = await detailOf(app, {kind: 'vm', id}, {columns});
		expect(text).toContain(' 62%');
		expect(text.replaceAll(/\s+/g, ' ')).toContain('got timeout');
	});

	it('are ASCII where the terminal knows nothing else', async () => {
		const {app, store} = await createRealApp();
		const id = await addDeploying(store, 'one');
		const {text} = await detailOf(app, {kind: 'vm', id}, {isAscii: true});
		expect(text).toMatch(/^[\n\u{20}-\u{7E}]*$/u);
		expect(text).not.toContain('?');
		expect(text).toContain('step 2 of 15: set_ip to clone');
		expect(text).toContain('##################............ 62%');
	});

	it('fold the log of a failed step to its end, and say where the rest is', async () => {
		const {app, store} = await createRealApp();
		const id = await addDeploying(store, Array.from({length: 10_000}, (_, index) => `said ${index}`).join('\n'));
		const {text} = await detailOf(app, {kind: 'vm', id});
		expect(text).toContain(`(9995 more lines: cronsole vm log v${id})\n      said 9995\n`);
		expect(text).not.toContain('said 9994');
	});

	it('mark the step at which a person is needed, and the command that helps', async () => {
		const {app, store} = await createRealApp();
		const id = await addDeploying(store);
		await store.write(async ({vms}) => vms.setAttention(id, {reason: 'its disk is locked', since: at, command: 'qm unlock 101'}));
		const {text} = await detailOf(app, {kind: 'vm', id});
		expect(text).toMatch(/waits for +a person: its disk is locked/);
		expect(text).toMatch(/helps +qm unlock 101; then t/);
		expect(text).toMatch(/! stuck +\d+s {2}clone/);
	});

	it('say where the VM is gone', async () => {
		const {app} = await createRealApp();
		expect(await detailOf(app, {kind: 'vm', id: 9})).toMatchObject({title: 'v9', text: '  there is no such VM'});
	});

	it('read no more of a long step log than they show, and cost no more for it', async () => {
		const {app, store} = await createRealApp();
		const id = await addDeploying(store);
		const operationId = (await store.read.operations.listFor(id)).at(-1)!.id;
		const log = 'what a task said in one of its many lines\n'.repeat(200);
		await store.write(async ({stepLog}) => {
			for (let attempt = 0; attempt < 3000; attempt++) {
				await stepLog.addFailure(id, row(operationId, {
					outcome: 'failed', attempt, reason: 'again', log, startedAt: at + attempt,
				}));
			}
		});
		const context = contextWith();
		await readVmDetail(app, id, fixedOverview, context);
		const start = cpuMs();
		const {lines} = await readVmDetail(app, id, fixedOverview, context);
		expect(cpuMs() - start).toBeLessThan(150);
		expect(lines.length).toBeLessThan(900);
		expect(lines.at(-1)).toEqual([['dim', `  (older ones: cronsole vm log v${id})`]]);
		expect(await app.read.stepLog.list(id, 2)).toMatchObject([{attempt: 2998}, {attempt: 2999}]);
	});
});
