import {type Generated} from 'kysely';

export type RunTable = {
	id: Generated<number>;
	task: string;
	trigger: string;
	by: string;
	started_at: number;
	finished_at: number | null;
	result: string | null;
	processed: number;
	errors: number;
	waiting: number;
	needs_attention: number;
	message: string | null;
};

export type TaskSettingTable = {
	task: string;
	interval_seconds: number | null;
	interval_set_by: string | null;
} & Record<'paused_by' | 'paused_reason', string | null> & Record<'paused_since' | 'paused_until', number | null>;

export type IncidentTable = {
	id: Generated<number>;
	key: string;
	severity: string;
	cause: string;
	command: string | null;
	since: number;
	closed_at: number | null;
	affects: number;
	acknowledged_by: string | null;
	acknowledged_at: number | null;
	acknowledged_note: string | null;
	acknowledged_until: number | null;
};

export type ActivityTable = {
	id: Generated<number>;
	at: number;
	level: string;
	actor: string;
	address: string | null;
	subject: string;
	vm_id: number | null;
	install_id: number | null;
	message: string;
};

export type OutboxTable = {
	id: Generated<number>;
	key: string;
	template: string;
	recipient: string;
	variables_json: string;
	state: string;
	vm_id: number | null;
	install_id: number | null;
	created_at: number;
	/** `mail`, `command` or `webhook`. */
	channel: string;
	attempt: number;
	next_attempt_at: number | null;
	message_id: string | null;
	/** Whoever marked it `sending` is done with it by then, or is dead. */
	sending_until: number | null;
	sent_at: number | null;
	error: string | null;
};

export type InstallTable = {
	id: Generated<number>;
	reference: string;
	generation: number;
	panel: string;
	application: string;
	domain: string;
	account: string;
	client_name: string;
	client_email: string;
	order_json: string;
	state: string;
	dropped_from: string | null;
	dropped_by: string | null;
	dropped_at: number | null;
	cause: string | null;
	attempt: number;
	progress: number | null;
	created_at: number;
	updated_at: number;
	next_attempt_at: number | null;
	version: number;
	kind: string;
	plan: string | null;
	title: string;
	admin_user: string;
	admin_email: string;
	/** Until the welcome mail was sent, or is not wanted. */
	admin_password: string | null;
	url: string;
	position: string;
	step_since: number | null;
	in_flight_action: string | null;
	in_flight_since: number | null;
	found_before: string | null;
	drop_asked: number;
	account_state: string;
	site_url: string | null;
	admin_url: string | null;
	doing: string | null;
};

export type InstallStepTable = {
	id: Generated<number>;
	install_id: number;
	from_position: string;
	to_position: string;
	outcome: string;
	reason: string | null;
	attempt: number;
	started_at: number;
	duration_ms: number;
	log: string | null;
};

export type SessionTable = {
	id: string;
	kind: string;
	host: string;
	pid: number;
	boot_id: string;
	actor: string;
	address: string | null;
	read_only: number;
	started_at: number;
	seen_at: number;
	/** CLOCK_MONOTONIC of the boot: a wall clock that is set makes nobody look dead. */
	seen_monotonic: number;
	ended_at: number | null;
	/** The number of its last leadership; null: it never led. */
	led_fence: number | null;
};

export type LeaseTable = {
	name: string;
	owner: string | null;
	fence: number;
	ttl_ms: number;
	until_monotonic: number;
	boot_id: string;
	acquired_at: number;
	renewed_at: number;
};

export type SnapshotTable = {
	id: Generated<number>;
	vm_id: number;
	name: string;
	note: string | null;
	created_at: number;
	keep: number;
	ours: number;
};

export type BackupTable = {
	id: Generated<number>;
	vm_id: number;
	kind: string;
	local_date: string | null;
	state: string;
	volid: string | null;
	storage: string;
	size_bytes: number | null;
	note: string | null;
	created_at: number;
	finished_at: number | null;
	cause: string | null;
	attempts: number;
	operation_id: number | null;
};

export type TrafficTable = {
	vm_id: number;
	unit: string;
	start: string;
	bytes_in: number;
	bytes_out: number;
	estimated_bytes: number;
	gap_seconds: number;
};

/** A record set that is wanted, or that is to go. */
export type DnsRecordTable = {
	id: Generated<number>;
	zone: string;
	name_server: string;
	name: string;
	type: string;
	vm_id: number | null;
	/** What is wanted there. */
	values_json: string;
	generic: string | null;
	mine_json: string;
	takes_over: number;
	/** The VM does not want it any more: it is to go, or the generic name is to come back. */
	is_given_up: number;
	/** `done`, `owed`, `foreign` or `refused`. */
	state: string;
	error: string | null;
	attempt: number;
	next_attempt_at: number | null;
	since: number;
	revision: number;
	/** 0: nobody is at it. */
	claimed_until: number;
	/** The revision that the claim made: until it ends only that may be settled. */
	claim_revision: number;
};
