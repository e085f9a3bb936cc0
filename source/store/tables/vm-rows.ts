import {type Selectable} from 'kysely';
import {type Vm} from '../../domain/vm.js';
import {type VmTable} from '../schema.js';

type Row = Selectable<VmTable>;

/** Why the VM waits for a person; null: it does not. */
export const toNeedsAttention = (row: Pick<Row, 'attention_reason' | 'attention_since' | 'attention_command'>): Vm['needsAttention'] =>
	row.attention_since === null ? null : {reason: row.attention_reason!, since: row.attention_since, command: row.attention_command!};

/** Why it is off by our will. Hardly any is, and there are many VMs: what is empty is not parsed. */
export const toSuspended = ({suspended_json: suspended}: Pick<Row, 'suspended_json'>): Vm['suspended'] => suspended === '[]' ? [] : JSON.parse(suspended) as Vm['suspended'];
