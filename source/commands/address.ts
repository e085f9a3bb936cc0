import {vmName} from '../domain/vm.js';
import {exitCodes, type Command} from './io.js';
import {printTable} from './table.js';

/** Addresses in use. */
export const listAddresses: Command = async (app, _words, _flags, output) => {
	const [addresses, vms] = await Promise.all([app.read.addresses.listAll(), app.read.vms.list()]);
	const byId = new Map(vms.map(vm => [vm.id, vm]));
	const rows = addresses.map(row => ({
		address: row.address, family: row.family, prefix: row.prefix, gateway: row.gateway, pool: row.pool,
		vm: vmName({id: row.vmId}), reference: byId.get(row.vmId)?.reference ?? null, hostname: byId.get(row.vmId)?.hostname ?? null,
	}));
	if (output.isJson) {
		output.json({addresses: rows});
	} else if (rows.length === 0) {
		output.out('no address is in use');
	} else {
		const cells = rows.map(row => [`${row.address}/${row.prefix}`, row.pool, row.vm, row.reference ?? '–', row.hostname ?? '–']);
		await printTable(output, ['ADDRESS', 'POOL', 'VM', 'REFERENCE', 'HOSTNAME'], cells);
	}

	return exitCodes.done;
};
