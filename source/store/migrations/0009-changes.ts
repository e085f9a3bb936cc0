import {type Migration} from 'kysely/migration';
import {sql} from 'kysely';

// Not among them: what is written all the time and read anew at each look (leases, sessions, skips), and what no list shows.
const counted = [
	'activity',
	'address_history',
	'addresses',
	'backups',
	'billed_services',
	'clusters',
	'dns_records',
	'holds',
	'incidents',
	'install_steps',
	'installs',
	'intake_orders',
	'maintenance',
	'operations',
	'outbox',
	'remote_tasks',
	'run_requests',
	'runs',
	'snapshots',
	'step_log',
	'task_settings',
	'traffic',
	'traffic_marks',
	'vms',
] as const;

const count = (table: string): string => `update changes set stamp = stamp + 1 where subject = '${table}';`;

// No conflict clause here: that of the statement which sets off a trigger would stand in its place, and `or ignore` would lose the change.
const stampVm = `${count('vms')} update vms set stamp = (select stamp from changes where subject = 'vms') where id = new.id;`;

const events = ['insert', 'update', 'delete'] as const;
const vmsOf = {insert: 'new.vm_id', update: 'old.vm_id, new.vm_id', delete: 'old.vm_id'} as const;

/** Sets off the trigger of the VM whose line shows something of that row. */
const touch = (event: typeof events[number]): string => `update vms set stamp = stamp where id in (${vmsOf[event]});`;

const trigger = (table: string, event: typeof events[number], body: string, condition = ''): string =>
	`create trigger ${table}_${event} after ${event} on ${table} ${condition} begin ${body} end`;

const ofVms = [
	trigger('vms', 'insert', stampVm),
	// What the trigger itself writes has another stamp.
	trigger('vms', 'update', stampVm, 'when new.stamp = old.stamp'),
	trigger('vms', 'delete', count('vms')),
];

const ofTheirAddresses = ['addresses', 'address_history'].flatMap(table =>
	events.map(event => trigger(table, event, `${count(table)} ${touch(event)}`)));

const ofOthers = counted.filter(table => table !== 'vms' && !table.startsWith('address')).flatMap(table => events.map(event => trigger(table, event, count(table))));

const statements = [
	'create table changes (subject text primary key, stamp integer not null) strict, without rowid',
	...counted.map(table => `insert into changes (subject, stamp) values ('${table}', 0)`),
	'alter table vms add column stamp integer not null default 0',
	'create index vms_stamp on vms (stamp)',
	...ofVms,
	...ofTheirAddresses,
	...ofOthers,
	'pragma user_version = 9',
];

/** Counts the changes of each table, and gives each VM the number of its last one: whoever shows rows reads only what changed. A trigger is not forgotten by any program that writes. */
export const changes: Migration = {
	async up(db) {
		for (const statement of statements) {
			await sql.raw(statement).execute(db);
		}
	},
};
