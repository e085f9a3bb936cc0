import {operationKinds} from '../domain/operation-kind.js';
import {parametersOf} from '../domain/operation-parameters.js';
import {patience} from './applying.js';
import {rowsOf, type Pipeline} from './step.js';
import {setDns} from './steps/set-dns.js';
import {wantDns} from './want-dns.js';

/** Looks at all of a VM's records anew and writes what is missing; what cannot be written now stays owed. */
export const dns: Pipeline = {
	async begin({vm, operation, tables, settings, now}) {
		await wantDns(tables, vm, {settings, now});
		await tables.dnsRecords.recheck(vm.id, {takesOver: parametersOf('dns', operation).takesOver, now});
	},
	rows: rowsOf(operationKinds.dns.positions, [{title: 'DNS', step: setDns, stuckAfterMs: patience.short}]),
};
