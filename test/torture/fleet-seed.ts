import BetterSqlite from 'better-sqlite3';
import {keptFrom} from '../../source/domain/traffic-periods.js';
import {type Vm} from '../../source/domain/vm.js';
import {weekdays} from '../../source/domain/package.js';
import {type GuestCopy} from './fleet-outside.js';
import {replaceWords} from './fleet-words.js';
import {type FleetWorld} from './fleet-world.js';

type Row = Record<string, string | number | null>;

const hour = 3_600_000;
const operationsKept = 50;
/** One of so many VMs has a backup a day. */
const backedUpEvery = 10;

const pad = (index: number) => String(index).padStart(5, '0');
const hex = (index: number) => (index + 0x10_00_00).toString(16).toUpperCase().match(/../g)!.join(':');

const dailyAt = (time: string): string => JSON.stringify(Object.fromEntries(weekdays.map(day => [day, time])));

/** A row again, with other words in all of its texts. */
const createInsert = (raw: BetterSqlite.Database) => (table: string, row: Row, replaced: GuestCopy['replaced'], own: Row): number => {
	const fresh = {...Object.fromEntries(Object.entries(row).map(([name, value]) => [name, typeof value === 'string' ? replaceWords(value, replaced) : value])), ...own};
	const {id, ...columns} = fresh;
	const names = Object.keys(columns);
	return Number(raw.prepare(`insert into ${table} (${names.join(', ')}) values (${names.map(() => '?').join(', ')})`).run(...Object.values(columns)).lastInsertRowid);
};

const rowsOf = (raw: BetterSqlite.Database, table: string, vmId: number): readonly Row[] => raw.prepare(`select * from ${table} where vm_id = ?`).all(vmId) as Row[];

/** How the words of one VM become those of another. Its own numbers stand in longer words only, which are replaced before shorter ones could be. */
const wordsFor = (model: Vm, address: string, {index, vmid, vmId, first}: {readonly index: number; readonly vmid: number; readonly vmId: number; readonly first: string}): GuestCopy['replaced'] => {
	const fresh = `${first}.${Math.floor(index / 200) + 2}.${(index % 200) + 1}`;
	const reversed = (ip: string) => ip.split('.').toReversed().join('.');
	const key = (ip: string) => ip.split('.').map(part => Number(part).toString(16).padStart(2, '0')).join('');
	return [
		[model.hostname, `web${pad(index)}-${model.cluster}.example.net`],
		[`${reversed(address)}.`, `${reversed(fresh)}.`],
		[`ip=${address}/`, `ip=${fresh}/`],
		[address, fresh],
		[key(address), key(fresh)],
		[`vm-${model.vmid}-`, `vm-${vmid}-`],
		[`:v${model.id}`, `:v${vmId}`],
		...(model.mac === null ? [] : [[model.mac, `BC:24:11:${hex(index)}`] as const]),
	];
};

/** Makes so many VMs like one that was really deployed: its rows, and its like in the cluster. */
const multiply = async ({settings, outside}: FleetWorld, model: Vm, count: number): Promise<void> => {
	const raw = new BetterSqlite(settings.database);
	const insert = createInsert(raw);
	const row = raw.prepare('select * from vms where id = ?').get(model.id) as Row;
	const [address] = rowsOf(raw, 'addresses', model.id);
	const first = String(address!.address).split('.').slice(0, 2).join('.');
	const {nodes} = outside.clusters.find(({name}) => name === model.cluster)!;
	const copies = ['addresses', 'address_history', 'dns_records', 'traffic_marks', 'vmids'].flatMap(table => rowsOf(raw, table, model.id).map(one => ({table, one})));
	const guests: GuestCopy[] = [];
	let vmId = raw.prepare('select max(id) from vms').pluck().get() as number;
	raw.transaction(() => {
		for (let index = 1; index <= count; index++) {
			vmId++;
			const vmid = 20_000 + index;
			const node = nodes[index % nodes.length]!;
			const words = wordsFor(model, String(address!.address), {
				index, vmid, vmId, first,
			});
			const time = `${String(vmId % 24).padStart(2, '0')}:${String(vmId % 60).padStart(2, '0')}`;
			insert('vms', row, words, {
				reference: `${model.cluster}-${index}`, vmid, node, backup_json: index % backedUpEvery === 0 ? dailyAt(time) : null,
			});
			for (const {table, one} of copies) {
				insert(table, one, words, {vm_id: vmId, ...(table === 'vmids' && {vmid})});
			}

			guests.push({vmid, node, replaced: words});
		}
	})();
	raw.close();
	await outside.tell({
		kind: 'copy', cluster: model.cluster, from: model.vmid!, guests,
	});
};

/** As much behind each VM as is kept of it, so that whatever comes makes something go: operations, and the hours of traffic that are forgotten while the test lasts. */
const makeHistory = ({settings, time}: FleetWorld, hours: number): void => {
	const raw = new BetterSqlite(settings.database);
	const now = time.clock.now();
	const series = (most: number) => `with recursive n (i) as (select 1 union all select i + 1 from n where i < ${most})`;
	raw.exec(`begin;
		${series(operationsKept)} insert into operations (vm_id, kind, task, params_json, requested_by, requested_at, state, started_at, finished_at, attempt)
			select vms.id, 'reboot', 'process_vms', 'null', 'anna', ${now} - (51 - i) * ${hour}, 'done', ${now} - (51 - i) * ${hour}, ${now} - (51 - i) * ${hour} + 9000, 0 from vms, n;
		insert into step_log (vm_id, operation_id, operation, from_status, to_status, outcome, attempt, started_at, duration_ms)
			select vm_id, id, 'reboot', 'ready', 'ready', 'done', 0, started_at, 9000 from operations where kind = 'reboot';
		insert into remote_tasks (operation_id, vm_id, cluster, node, type, task_vmid, step, state, intent_at, deadline_at, upid, exit_status, finished_at, is_settled)
			select o.id, vm_id, cluster, node, 'qmreboot', vmid, 'ready', 'finished', started_at, started_at, 'UPID:old:' || o.id, 'OK', finished_at, 1 from operations as o join vms on vms.id = vm_id where kind = 'reboot'`);
	const oldest = Date.parse(`${keptFrom(now).hour.slice(0, 13)}:00:00Z`);
	const add = raw.prepare('insert into traffic (vm_id, unit, start, bytes_in, bytes_out, estimated_bytes, gap_seconds) select id, \'hour\', ?, 1, 1, 0, 0 from vms');
	for (let index = 0; index <= hours; index++) {
		add.run(`${new Date(oldest + (index * hour)).toISOString().slice(0, 13)}Z`);
	}

	raw.exec('commit');
	raw.close();
};

/** Fills a world in which nothing is yet with so many VMs that have been there for long, for a test of so many hours. */
export const seedFleet = async (world: FleetWorld, count: number, hours: number): Promise<void> => {
	const {person, pass, time, store, outside} = world;
	for (const {name} of outside.clusters) {
		await person.createVm({
			reference: name, hostname: `${name}.example.net`, cluster: name, template: 'debian-12', package: 'kvm-s', client: {name: 'Ada', email: 'ada@example.org'},
		});
	}

	const patience = time.clock.now() + hour;
	let models: readonly Vm[];
	do {
		await pass(time.clock.now() + (10 * 60_000));
		models = await store.read.vms.list();
	} while (models.some(({status}) => status !== 'ready') && time.clock.now() < patience);

	// The newer release answers with twenty times as much: it has a tenth of them.
	const shares = [0.1, 0.9];
	for (const [index, model] of models.entries()) {
		if (model.status !== 'ready') {
			throw new Error(`${model.hostname} is ${model.status}: ${world.said.map(({message}) => message).join('; ')}`);
		}

		await multiply(world, model, Math.round(count * shares[index]!) - 1);
	}

	makeHistory(world, hours);
};
