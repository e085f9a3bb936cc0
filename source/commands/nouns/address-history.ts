import {type App} from '../../app.js';
import {standingHold} from '../../domain/address-state.js';
import {safeText} from '../../domain/safe-text.js';
import {vmName} from '../../domain/vm.js';
import {readAddress} from '../../intents/addresses.js';
import {exitCodes, type Command} from '../io/io.js';
import {printTable} from '../print/table.js';
import {createTimes, iso} from '../print/times.js';

const nobody = {
	vm: null, reference: null, hostname: null, client: null, by: null, reason: null, for: null,
} as const;

const listOwners = async ({read}: App, address: string) => {
	const spells = await read.addresses.history(address);
	return Promise.all(spells.map(async ({cluster, vmId, since, until}) => {
		const {reference, hostname, client} = await read.vms.get(vmId);
		return {
			...nobody, what: 'vm', cluster, vm: vmName({id: vmId}), reference, hostname, client: client.email === '' ? null : client, from: since, to: until,
		};
	}));
};

const listHolds = async ({read}: App, address: string, now: number) => {
	const known = await read.addresses.findKnown(address);
	return known.flatMap(({cluster, hold}) => {
		const standing = standingHold(hold, now);
		if (!standing) {
			return [];
		}

		const {reference, since, until, by, reason} = standing;
		return [{
			...nobody, what: reference === null ? 'held' : 'reserved', cluster, from: since, to: until, by, reason, for: reference,
		}];
	});
};

/** Who had an address when, for abuse requests; at the end who keeps it back now. */
export const historyOfAddress: Command = async (app, [word = ''], _flags, output) => {
	const address = readAddress(word);
	const rows = [...await listOwners(app, address), ...await listHolds(app, address, output.now())];
	if (output.isJson) {
		output.json({history: rows.map(row => ({...row, from: iso(row.from), to: iso(row.to)}))});
	} else if (rows.length === 0) {
		output.out(`nobody ever had ${address}`);
	} else {
		const {full} = createTimes(app.settings().timezone);
		await printTable(output, ['WHAT', 'FROM', 'TO', 'VM', 'REFERENCE', 'HOSTNAME', 'WHO'], rows.map(row => [
			row.what,
			full(row.from),
			row.to === null ? (row.by === null ? 'now' : 'its release') : full(row.to),
			row.vm ?? '–',
			row.reference ?? row.for ?? '–',
			row.hostname ?? '–',
			safeText(row.by === null ? (row.client ? `${row.client.name}, ${row.client.email}` : '–') : [`by ${row.by}`, row.reason].filter(text => text !== null).join(': '), 200),
		]));
	}

	return exitCodes.done;
};
