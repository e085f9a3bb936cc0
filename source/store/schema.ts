import {type Generated} from 'kysely';
import {type BilledServiceTable, type IntakeNonceTable, type IntakeOrderTable} from './schema-intake.js';
import {
	type ActivityTable,
	type BackupTable,
	type DnsRecordTable,
	type IncidentTable,
	type InstallStepTable,
	type InstallTable,
	type LeaseTable,
	type OutboxTable,
	type RunTable,
	type SessionTable,
	type SnapshotTable,
	type TaskSettingTable,
	type TrafficTable,
} from './schema-rows.js';

/** Rows as they lie in the database: moments in ms since the epoch, booleans 0 or 1, columns that end in `_json` JSON text. */
export type Schema = {
	/** Facts of the database itself: `installation`; JSON under `restored` and `copy`. */
	readonly meta: {key: string; value: string};
	readonly vms: VmTable;
	/** VMIDs that were ever given out: never given again. `vm_id` is null where another life of the database gave it. */
	readonly vmids: {id: Generated<number>; cluster: string; vmid: number; vm_id: number | null};
	readonly operations: OperationTable;
	readonly remote_tasks: RemoteTaskTable;
	readonly step_log: StepLogTable;
	readonly addresses: AddressTable;
	readonly address_history: {id: Generated<number>; cluster: string; address: string; vm_id: number; since: number; until: number | null};
	readonly runs: RunTable;
	readonly skips: {task: string; count: number; due_at: number; last_at: number};
	readonly run_requests: {id: Generated<number>; task: string; requested_by: string; requested_at: number; run_id: number | null; refusal: string | null};
	readonly task_settings: TaskSettingTable;
	/** At most one row, `only` = 1. */
	readonly holds: {only: number; by: string; reason: string | null; since: number; until: number | null};
	readonly clusters: {name: string; state: string; version: string | null; error: string | null; since: number; checked_at: number; nodes_down_json: string; foreign_installation: string | null};
	/** `node` is empty for a whole cluster. */
	readonly maintenance: {cluster: string; node: string; by: string; reason: string | null; since: number; until: number | null};
	readonly incidents: IncidentTable;
	readonly activity: ActivityTable;
	readonly outbox: OutboxTable;
	readonly installs: InstallTable;
	readonly install_steps: InstallStepTable;
	readonly snapshots: SnapshotTable;
	readonly backups: BackupTable;
	readonly traffic: TrafficTable;
	readonly dns_records: DnsRecordTable;
	readonly traffic_marks: {vm_id: number; watermark: number; counted_at: number};
	readonly sessions: SessionTable;
	readonly leases: LeaseTable;
	readonly intake_orders: IntakeOrderTable;
	readonly intake_nonces: IntakeNonceTable;
	readonly billed_services: BilledServiceTable;
	/** How often each table was changed; written by triggers. */
	readonly changes: {subject: string; stamp: number};
};

export type VmTable = {
	id: Generated<number>;
	reference: string;
	hostname: string;
	cluster: string;
	node: string | null;
	wanted_node: string | null;
	vmid: number | null;
	status: string;
	remote_status: string;
	package_name: string;
	package_json: string;
	template_json: string;
	client_name: string;
	client_email: string;
	user: string;
	password: string | null;
	ssh_keys_json: string;
	backup_json: string | null;
	timezone: string | null;
	mail: number;
	mac: string | null;
	suspended_json: string;
	attention_reason: string | null;
	attention_since: number | null;
	attention_command: string | null;
	order_json: string;
	created_at: number;
	removed_at: number | null;
	version: number;
	overrides_json: Generated<string>;
	resumes: Generated<number>;
	/** The number in `changes` of its last change, of its addresses' too; written by triggers. */
	stamp: Generated<number>;
};

export type OperationTable = {
	id: Generated<number>;
	vm_id: number;
	kind: string;
	task: string;
	params_json: string;
	requested_by: string;
	requested_at: number;
	state: string;
	started_at: number | null;
	finished_at: number | null;
	attempt: number;
	next_attempt_at: number | null;
	waiting_for: string | null;
	step_since: number | null;
	remote_task_id: number | null;
	slot_key: string | null;
	slot_limit: number | null;
	paused_by_node: string | null;
	message: string | null;
	position: string | null;
	notes_json: Generated<string>;
};

export type RemoteTaskTable = {
	id: Generated<number>;
	operation_id: number;
	vm_id: number;
	cluster: string;
	node: string;
	type: string;
	task_vmid: number;
	step: string;
	slot_key: string | null;
	state: string;
	intent_at: number;
	deadline_at: number;
	upid: string | null;
	exit_status: string | null;
	progress: number | null;
	finished_at: number | null;
	is_settled: number;
};

export type StepLogTable = {
	id: Generated<number>;
	vm_id: number;
	operation_id: number;
	operation: string;
	from_status: string;
	to_status: string;
	outcome: string;
	reason: string | null;
	attempt: number;
	started_at: number;
	duration_ms: number;
	upid: string | null;
	log: string | null;
};

/** One row for each address that was ever given out or held; `vm_id` null: it rests in quarantine, is held or is free. */
export type AddressTable = {
	cluster: string;
	/** Sorts as the addresses do: `4` + 8 hex digits, `6` + 32. */
	key: string;
	address: string;
	vm_id: number | null;
	pool: string;
	prefix: number;
	gateway: string;
	bridge: string;
	vlan: number;
	resolvers_json: string;
	released_at: number | null;
	quarantine_until: number | null;
	ptr: string | null;
	/** Null: nobody keeps it back. */
	held_since: number | null;
	held_until: number | null;
	held_by: string | null;
	held_reason: string | null;
	/** The reference of the order that may have it. */
	held_for: string | null;
};
