import {type Generated} from 'kysely';

export type IntakeOrderTable = {
	id: Generated<number>;
	/** A key of the config, or `session:NAME`. */
	key_name: string;
	order_key: string;
	body_sha256: string;
	action: string;
	kind: string;
	reference: string;
	plan: string | null;
	vm_id: number | null;
	install_id: number | null;
	/** Its row may be forgotten by now. */
	operation_id: number | null;
	service_id: number | null;
	service_client: number | null;
	actor: string;
	address: string | null;
	/** `accepted`, `handed-on`, `done`, `failed` or `dropped`. */
	state: string;
	attempt: number;
	next_attempt_at: number | null;
	error: string | null;
	created_at: number;
};

export type IntakeNonceTable = {key_name: string; nonce: string; at: number};

/** What a service of the billing system is here. */
export type BilledServiceTable = {
	id: Generated<number>;
	key_name: string;
	service_id: number;
	client_id: number | null;
	kind: string;
	reference: string;
	vm_id: number | null;
	install_id: number | null;
	/** What the billing system was last told. */
	told_json: string | null;
	updated_at: number;
};
