import {type App} from '../app.js';
import {canonicalIp} from '../domain/ip.js';
import {safeText} from '../domain/safe-text.js';
import {vmName, type Vm} from '../domain/vm.js';
import {exitCodes, type Command} from './io.js';
import {printTable} from './table.js';
import {createTimes, iso} from './times.js';

type Match = {
	readonly kind: 'vm' | 'address' | 'task' | 'install';
	/** `v101`, or an install's number. */
	readonly id: string;
	readonly reference: string;
	readonly name: string;
	/** The vm's or install's state. */
	readonly state: string;
	/** Of an address: since when and until when it was held. */
	readonly since: number | null;
	readonly until: number | null;
};

const ofVm = (vm: Vm, kind: Match['kind'] = 'vm', since: number | null = null, until: number | null = null): Match => ({
	kind, id: vmName(vm), reference: vm.reference, name: vm.hostname, state: vm.status, since, until,
});

const findVms = async ({read}: App, what: string): Promise<readonly Match[]> => {
	const found = [...await read.vms.resolve(what), ...await read.vms.search(what)];
	return new Map(found.map(vm => [vm.id, vm])).values().map(vm => ofVm(vm)).toArray();
};

const findOwners = async ({read}: App, what: string): Promise<readonly Match[]> => {
	const address = canonicalIp(what);
	const history = address === undefined ? [] : await read.addresses.history(address);
	return Promise.all(history.map(async ({vmId, since, until}) => ofVm(await read.vms.get(vmId), 'address', since, until)));
};

const findRemoteTask = async ({read}: App, what: string): Promise<readonly Match[]> => {
	const task = what.startsWith('UPID:') ? await read.remoteTasks.findByUpid(what) : undefined;
	return task ? [{...ofVm(await read.vms.get(task.vmId), 'task', task.intentAt, task.finishedAt), state: task.exitStatus ?? task.state}] : [];
};

const findInstalls = async ({read}: App, what: string): Promise<readonly Match[]> => {
	const wanted = what.toLowerCase();
	const installs = await read.installs.list();
	return installs
		.filter(({reference, domain, account, client}) => [reference, domain, account, client.name, client.email].some(text => text.toLowerCase() === wanted))
		.map(({id, reference, domain, state}) => ({
			kind: 'install', id: String(id), reference, name: domain, state, since: null, until: null,
		}));
};

/** An address, hostname, MAC, reference, client, VMID or UPID; yesterday's owner too. */
export const find: Command = async (app, [what = ''], _flags, output) => {
	const byKind = await Promise.all([findVms, findOwners, findRemoteTask, findInstalls].map(async look => look(app, what)));
	const found = byKind.flat();
	const matches = found.map(match => ({...match, since: iso(match.since), until: iso(match.until)}));
	if (output.isJson) {
		output.json({matches});
	} else if (found.length === 0) {
		output.out(`nothing is known of ${safeText(what, 100)}`);
	} else {
		const times = createTimes(app.settings().timezone);
		const spell = ({kind, since, until}: Match) => since === null
			? ''
			: `${kind === 'address' ? 'held it' : 'ran'} from ${times.full(since)} ${until === null ? 'until now' : `to ${times.full(until)}`}`;
		await printTable(output, ['WHAT', 'ID', 'REFERENCE', 'NAME', 'STATE', 'WHEN'], found.map(match => [
			match.kind, match.id, match.reference, match.name, safeText(match.state, 80), spell(match),
		]));
	}

	return exitCodes.done;
};
