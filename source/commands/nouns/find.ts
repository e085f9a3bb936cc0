import {type App} from '../../app.js';
import {canonicalIp} from '../../domain/ip.js';
import {addressOfGenericName, findPlace} from '../../domain/pool-place.js';
import {safeText} from '../../domain/safe-text.js';
import {vmName, type Vm} from '../../domain/vm.js';
import {Refused} from '../../intents/refused.js';
import {exitCodes, type Command} from '../io/io.js';
import {printTable} from '../print/table.js';
import {createTimes, iso, type Times} from '../print/times.js';
import {endOf, neverGiven, withState} from './address-rows.js';

type Match = {
	readonly kind: 'vm' | 'address' | 'task' | 'install';
	/** `v101`, an install's number, or an address that no VM has. */
	readonly id: string;
	readonly reference: string | null;
	/** Of an address that no VM has: its pool. */
	readonly name: string;
	/** The vm's, install's or address's state. */
	readonly state: string;
	/** The address that was found, or of which the name was. */
	readonly address: string | null;
	/** Of an address: since when and until when a VM had it, or it is kept back. */
	readonly since: number | null;
	readonly until: number | null;
};

const ofVm = (vm: Vm): Match => ({
	kind: 'vm', id: vmName(vm), reference: vm.reference, name: vm.hostname, state: vm.status, address: null, since: null, until: null,
});

const findVms = async ({read}: App, what: string): Promise<readonly Match[]> => {
	const found = [...await read.vms.resolve(what), ...await read.vms.search(what)];
	return new Map(found.map(vm => [vm.id, vm])).values().map(vm => ofVm(vm)).toArray();
};

/** Who has or had the address. */
const findOwners = async ({read}: App, address: string): Promise<readonly Match[]> => {
	const history = await read.addresses.history(address);
	return Promise.all(history.map(async ({vmId, since, until}): Promise<Match> => {
		const vm = await read.vms.get(vmId);
		return {
			...ofVm(vm), kind: 'address', address, since, until,
		};
	}));
};

/** What has become of an address that no VM has. */
const findIdle = async ({read, settings}: App, address: string, now: number): Promise<readonly Match[]> => {
	const place = findPlace(address, settings().pools);
	const given = await read.addresses.findKnown(address);
	const known = place && given.every(({cluster}) => cluster !== place.pool.cluster) ? [...given, neverGiven(place.pool, address)] : given;
	return known
		.map(row => withState(row, now))
		// What was given out by a pool that the config has no more is nobody's to give.
		.filter(({state, cluster}) => state !== 'used' && (state !== 'free' || cluster === place?.pool.cluster))
		.map((row): Match => ({
			kind: 'address', id: address, reference: row.hold?.reference ?? null, name: row.pool, state: place?.never ?? row.state, address, since: row.hold?.since ?? null, until: endOf(row),
		}));
};

/** An address, or a name of one: the one that a person gave it, or its pool's generic one. */
const findAddresses = async (app: App, what: string, now: number): Promise<readonly Match[]> => {
	const address = canonicalIp(what) ?? addressOfGenericName(what, app.settings().pools);
	if (address !== undefined) {
		return [...await findIdle(app, address, now), ...await findOwners(app, address)];
	}

	const name = what.toLowerCase().replace(/\.$/, '');
	const inUse = await app.read.addresses.listAll();
	const owners = await Promise.all(inUse.filter(({ptr}) => ptr?.toLowerCase() === name).map(async named => findOwners(app, named.address)));
	return owners.flat().filter(({until}) => until === null);
};

const findRemoteTask = async ({read}: App, what: string): Promise<readonly Match[]> => {
	const task = what.startsWith('UPID:') ? await read.remoteTasks.findByUpid(what) : undefined;
	return task
		? [{
			...ofVm(await read.vms.get(task.vmId)), kind: 'task', state: task.exitStatus ?? task.state, since: task.intentAt, until: task.finishedAt,
		}]
		: [];
};

const findInstalls = async ({read}: App, what: string): Promise<readonly Match[]> => {
	const wanted = what.toLowerCase();
	const installs = await read.installs.list();
	return installs
		.filter(({reference, domain, account, client}) => [reference, domain, account, client.name, client.email].some(text => text.toLowerCase() === wanted))
		.map(({id, reference, domain, state}) => ({
			kind: 'install', id: String(id), reference, name: domain, state, address: null, since: null, until: null,
		}));
};

/** When it was so, in words. */
const whenOf = ({kind, id, address, since, until}: Match, {full}: Times): string => {
	if (id === address) {
		return until === null ? '' : `until ${full(until)}`;
	}

	return since === null ? '' : `${kind === 'address' ? `had ${address}` : 'ran'} from ${full(since)}${until === null ? ' until now' : ` to ${full(until)}`}`;
};

/** An address, hostname, MAC, reference, client, VMID, UPID or a name of an address; yesterday's owner too. */
export const find: Command = async (app, [word = ''], _flags, output) => {
	const what = word.trim();
	if (what === '') {
		throw new Refused('invalid', 'nothing was named', 'write cronsole find and an address, hostname, MAC, reference, client, VMID or UPID');
	}

	const byKind = await Promise.all([findVms, findAddresses, findRemoteTask, findInstalls].map(async look => look(app, what, output.now())));
	const found = byKind.flat();
	if (output.isJson) {
		output.json({matches: found.map(match => ({...match, since: iso(match.since), until: iso(match.until)}))});
	} else if (found.length === 0) {
		output.out(`nothing is known of ${safeText(what, 100)}`);
	} else {
		const times = createTimes(app.settings().timezone);
		await printTable(output, ['WHAT', 'ID', 'REFERENCE', 'NAME', 'STATE', 'WHEN'], found.map(match => [
			match.kind, match.id, match.reference ?? '–', match.name, safeText(match.state, 80), whenOf(match, times),
		]));
	}

	return exitCodes.done;
};
