import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {type CompiledQuery, Kysely} from 'kysely';
import {
	afterAll,
	beforeAll,
	expect,
	test,
} from 'vitest';
import {systemClock} from '../../source/domain/clock.js';
import {type PoolSettings} from '../../source/domain/settings.js';
import {createTables} from '../../source/store/create-tables.js';
import {openStore} from '../../source/store/open-store.js';
import {type Schema} from '../../source/store/schema.js';
import {createDialect} from '../../source/store/sqlite/dialect.js';
import {openConnection} from '../../source/store/sqlite/open-connection.js';
import {type Tables} from '../../source/store/store.js';
import {newVm} from './support/temporary-store.js';

const folder = mkdtempSync(join(tmpdir(), 'cronsole-plans-'));
const path = join(folder, 'cronsole.db');
const opened: {connection?: Awaited<ReturnType<typeof openConnection>>; tables?: Tables} = {};
const asked: CompiledQuery[] = [];
const span = {unit: 'hour', from: '2026-10', to: '2026-11'} as const;
const pool: PoolSettings = {
	name: 'public', cluster: 'fra1', family: 4, bridge: 'vmbr0', vlan: 0, gateway: '192.0.2.1', prefix: 30, first: '192.0.2.2', last: '192.0.2.2', resolvers: [],
	alertBelow: 0, quarantineMs: 1000, genericPtr: null,
};
const task = {
	operationId: 1, vmId: 101, cluster: 'fra1', node: 'pve1', type: 'qmdestroy', taskVmid: 5000, step: 'destroyed', intentAt: 1, deadlineAt: 2,
};

beforeAll(async () => {
	const store = await openStore({path, clock: systemClock});
	await store.write(async ({vms, operations}) => {
		const {id} = await vms.insert(newVm());
		await operations.add(id, {
			kind: 'create', params: null, requestedBy: 'anna', now: 1,
		});
	});
	await store.close();
	opened.connection = await openConnection(path);
	opened.tables = createTables(new Kysely<Schema>({
		dialect: createDialect(opened.connection), log({query}) {
			asked.push(query);
		},
	}));
});

afterAll(() => {
	opened.connection!.close();
	rmSync(folder, {recursive: true});
});

/** How SQLite looks at the large tables for what was asked; never by what happens to be in them, as nothing is analysed. */
const explain = async (call: (tables: Tables) => Promise<unknown>): Promise<readonly string[]> => {
	asked.length = 0;
	await call(opened.tables!);
	const plans = asked.flatMap(({sql, parameters}) => opened.connection!.prepare(`explain query plan ${sql}`).all(...parameters) as ReadonlyArray<{readonly detail: string}>);
	return plans.map(({detail}) => detail).filter(detail => /^(?:SCAN|SEARCH) /.test(detail));
};

/** What may be gone through whole: indexes of the few, and lists of one row a VM that are wanted whole. */
const isShort = (detail: string): boolean => !detail.startsWith('SCAN')
	|| /INDEX (?:operations_(?:running|waiting)|backups_(?:failed|waiting|running|good)|snapshots_mortal|dns_records_debts)\b/.test(detail)
	|| /^SCAN (?:many|traffic_marks|due|turns|ended|\(subquery-\d+\))$/.test(detail);

test.each<readonly [string, (tables: Tables) => Promise<unknown>, readonly string[]]>([
	['a day\'s backups', async ({backups}) => backups.listDays('2026-11-20'), ['COVERING INDEX backups_date']],
	['the backup of an operation', async ({backups}) => backups.findByOperation(1), ['backups_operation']],
	['the backup of a day', async ({backups}) => backups.findOfDay(101, '2026-11-21'), ['backups_day']],
	['a VM\'s backups', async ({backups}) => backups.list(101), ['backups_vm']],
	['the newest good backups', async ({backups}) => backups.listLastGood(), ['COVERING INDEX backups_good']],
	['the newest backups that failed', async ({backups}) => backups.listLastFailed(), ['backups_failed', 'backups_waiting', 'backups_running', 'n USING INDEX backups_vm']],
	['the known volumes of a storage', async ({backups}) => backups.listKnown('fra1', 'shared'), ['vms_place', 'COVERING INDEX backups_good']],
	['backups without an operation', async ({backups}) => backups.listOrphaned(), ['backups_waiting', 'backups_running', 'SEARCH o USING INTEGER PRIMARY KEY']],
	['running backups', async ({backups}) => backups.listRunning(), ['backups_running']],
	['backups of removed VMs', async ({backups}) => backups.listOfRemoved(9), ['vms_removed', 'SEARCH backups USING INDEX']],
	['backups that may be forgotten', async ({backups}) => backups.prune(9), ['backups_gone']],
	['what a storage lists', async ({backups}) => backups.sync(101, 'shared', [{
		volid: 'a', sizeBytes: 1, createdAt: 1, note: null,
	}], 1), ['backups_good', 'backups_volume', 'backups_vm']],
	['the same day again', async ({backups}) => backups.add({
		vmId: 101, kind: 'scheduled', localDate: '2026-11-21', storage: 'shared', note: null, createdAt: 1, operationId: 1,
	}), ['SEARCH backups USING']],
	['mortal snapshots', async ({snapshots}) => snapshots.listMortal(), ['snapshots_mortal', 'SEARCH vms USING INTEGER PRIMARY KEY']],
	['a VM\'s snapshots', async ({snapshots}) => snapshots.list(101), ['(vm_id=?)']],
	['how many snapshots a VM has', async ({snapshots}) => snapshots.count(101), ['COVERING INDEX sqlite_autoindex_snapshots_1']],
	['a snapshot by its name', async ({snapshots}) => snapshots.find(101, 'a'), ['(vm_id=? AND name=?)']],
	['what earlier operations left', async ({remoteTasks}) => remoteTasks.listLeft(101, 1), ['remote_tasks_left']],
	['how many were destroyed', async ({remoteTasks}) => remoteTasks.countSince('fra1', 'qmdestroy', 1), ['remote_tasks_rate (cluster=? AND type=? AND intent_at>? AND intent_at<?)']],
	['whether one more may be destroyed', async ({remoteTasks}) => remoteTasks.intend(task, {key: 'k', limit: 2}, {limit: 2, withinMs: 9}), ['remote_tasks_slot', 'remote_tasks_rate']],
	['the traffic of all VMs', async ({traffic}) => traffic.list(span), ['traffic_span (unit=? AND start>? AND start<?)']],
	['the traffic of one VM', async ({traffic}) => traffic.list({...span, vmId: 101}), ['PRIMARY KEY (vm_id=? AND unit=? AND start>? AND start<?)']],
	['heavy traffic', async ({traffic}) => traffic.listHeavy(['2026-11', '2026-12'], 0.8), ['traffic_span']],
	['traffic that may be forgotten', async ({traffic}) => traffic.prune('hour', '2026'), ['traffic_span']],
	['up to where traffic was counted', async ({traffic}) => [await traffic.findMark(101), await traffic.listMarks()], ['SEARCH traffic_marks USING INTEGER PRIMARY KEY']],
	['messages that may be forgotten', async ({outbox}) => outbox.prune(9), ['outbox_sent']],
	['activity that may be forgotten', async ({activity}) => activity.prune('info', 9), ['activity_level']],
	['operations that may be forgotten', async ({stepLog}) => stepLog.prune(9), ['COVERING INDEX operations_vm', 'SEARCH o USING INDEX operations_vm (vm_id=? AND id<?)', 'remote_tasks_operation']],
	['whether the same is asked for', async ({operations}) => operations.add(101, {
		kind: 'change', params: {}, requestedBy: 'anna', now: 1,
	}), ['operations_vm (vm_id=?)', 'operations_waiting (vm_id=?)']],
	['what makes way for an operation that begins', async ({operations}) => [await operations.begin(1, 1), await operations.begin(1, 1)], ['SEARCH p USING INDEX operations_running (vm_id=?)', 'SEARCH o USING INTEGER PRIMARY KEY']],
	['what is open on a VM', async ({operations}) => operations.cancelOpen(101, 1, 'x'), ['operations_vm (vm_id=?)', 'operations USING INTEGER PRIMARY KEY']],
	['what a task has under way', async ({operations}) => operations.listUnderWay(['schedule_backup']), ['operations_running', 'operations_waiting']],
	['DNS debts that are due', async ({dnsRecords}) => dnsRecords.listDue({now: 9, limit: 10, except: ['fra1']}), [
		'dns_records USING INDEX dns_records_due (next_attempt_at<?)', 'dns_records USING INDEX dns_records_due (next_attempt_at>?)', 'SEARCH vms USING INTEGER PRIMARY KEY',
	]],
	['DNS debts', async ({dnsRecords}) => dnsRecords.listDebts(10), ['SCAN dns_records USING INDEX dns_records_debts', 'SEARCH vms USING INTEGER PRIMARY KEY']],
	['a VM\'s DNS records', async ({dnsRecords}) => dnsRecords.listFor(101), ['dns_records_vm']],
	['a record that is wanted', async ({dnsRecords}) => dnsRecords.want(101, [{
		zone: 'z', nameServer: 'n', name: 'a.z', type: 'A', values: ['192.0.2.1'], generic: null,
	}], 1), ['dns_records_vm', '(zone=? AND name_server=? AND name=? AND type=?)']],
	['DNS records that are looked at anew', async ({dnsRecords}) => dnsRecords.recheck(101, {takesOver: true, now: 1}), ['dns_records_vm']],
	['who has or had an address', async ({addresses}) => [await addresses.findKnown('192.0.2.1'), await addresses.history('192.0.2.1')], ['addresses_key', 'address_history_address']],
	['a free address', async ({addresses}) => addresses.reserve(101, pool, new Set(), 1), ['addresses_held (cluster=? AND held_for=?)']],
	['messages that are due', async ({outbox}) => outbox.listDue({now: 1, limit: 1}), ['outbox_open (state=?)']],
	['messages that are being sent', async ({outbox}) => outbox.list({state: 'sending', limit: 1}), ['outbox_open (state=?)']],
	['messages that wait for a person', async ({outbox}) => outbox.listStuck(), ['outbox_stuck (state=?)']],
	['what is kept of a client', async ({clients}) => clients.trace('Ada@example.org'), ['vms_email', 'installs_email', 'outbox_recipient', 'outbox_vm', 'outbox_install']],
	['a client who is forgotten', async ({clients}) => clients.forget('Ada@example.org'), ['vms_email', 'installs_email', 'outbox_recipient', 'outbox_vm', 'outbox_install']],
	['clients who are forgotten with time', async ({clients}) => clients.forgetOlder(1), ['vms_remembered (removed_at<?)', 'installs_state', 'vms_email']],
])('%s: found by an index, not by going through everything', async (title, call, wanted) => {
	const plan = await explain(call);

	for (const index of wanted) {
		expect(plan.some(detail => detail.includes(index)), `${index} in ${plan.join(' | ')}`).toBe(true);
	}

	// The oldest operations are counted VM by VM from the index alone.
	const isCounting = title === 'operations that may be forgotten';
	expect(plan.filter(detail => !isShort(detail) && !(isCounting && detail === 'SCAN q USING COVERING INDEX operations_vm'))).toEqual([]);
});

test('VMs without a good backup are found by one look at each VM, and by index at its backups', async () => {
	const plan = await explain(async ({backups}) => backups.listUnprotected({goodAfter: 1, begunBefore: 1}));
	expect(plan.filter(detail => !/^SCAN v$|^SEARCH g USING COVERING INDEX backups_good|^SEARCH s .*INDEX backups_vm/.test(detail))).toEqual([]);
});
