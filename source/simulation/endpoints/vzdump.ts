import {planBackup} from '../backup-job.js';
import {
	isSet,
	partsOf,
	type Call,
	type Endpoint,
} from '../endpoint.js';
import {refuse} from '../refusal.js';
import {
	boolean,
	format,
	integer,
	listOf,
	oneOf,
	onNode,
	required,
	retention,
	text,
} from '../rules.js';
import {type Rules} from '../verify.js';

const vzdump = ({world, node, parameters}: Call) => {
	const all = world.vms.values().toArray();
	const excluded = new Set(partsOf(parameters.exclude));
	const asked = isSet(parameters.all) ? all.filter(vm => vm.node === node && !excluded.has(String(vm.vmid))).map(({vmid}) => vmid) : partsOf(parameters.vmid).map(Number);
	// What runs elsewhere is that node's affair: nothing is done here, and that is fine.
	const vmids = asked.filter(vmid => world.vms.get(vmid)?.node === node || !world.vms.has(vmid));
	if (asked.length === 0 && parameters.pool === undefined) {
		refuse('no guests specified');
	}

	return vmids.length === 0 ? 'OK' : world.tasks.start(planBackup(world, node, vmids, parameters)).upid;
};

const extract = ({world, parameters}: Call) => {
	const backup = world.backups.find(({volid}) => volid === parameters.volume) ?? refuse(`volume '${parameters.volume}' does not exist`);
	const {description, ...config} = backup.config;
	return [...(description === undefined ? [] : [`#${description}`]), ...Object.keys(config).toSorted().map(key => `${key}: ${config[key]}`), ''].join('\n');
};

const rules: Rules = {
	...onNode, all: boolean(), bwlimit: integer(0), compress: oneOf('0 1 gzip lzo zstd'), dumpdir: text(), exclude: listOf('vmid'), 'exclude-path': text(), fleecing: text(), ionice: integer(0, 8), 'job-id': text({maxLength: 50, pattern: /^\S+$/}), lockwait: integer(0),
	mailnotification: oneOf('always failure'), mailto: listOf('email'), maxfiles: integer(1, undefined, {until: 8}), mode: oneOf('snapshot suspend stop'),
	'notes-template': text({maxLength: 1024, requires: 'storage'}), 'notification-mode': oneOf('auto legacy-sendmail notification-system'),
	'notification-policy': oneOf('always failure never', {until: 8}), 'notification-target': format('configid', {until: 8}),
	'pbs-change-detection-mode': oneOf('legacy data metadata'), performance: text(), pigz: integer(), pool: text(),
	protected: boolean({requires: 'storage'}), 'prune-backups': retention,
	quiet: boolean(), remove: boolean(), script: text(), stdexcludes: boolean(), stdout: boolean(), stop: boolean(), stopwait: integer(0),
	storage: format('storage-id'), tmpdir: text(), vmid: listOf('vmid'), zstd: integer(),
};

/** Backups made. */
export const vzdumpEndpoints: readonly Endpoint[] = [
	{
		method: 'POST', path: '/nodes/{node}/vzdump', isForwarded: true, privilege: ['/vms/{vmid}', 'VM.Backup'], rules, run: vzdump,
	},
	{
		method: 'GET', path: '/nodes/{node}/vzdump/defaults', isForwarded: true, rules: {...onNode, storage: format('storage-id')}, run: () => ({
			storage: 'local', mode: 'snapshot', compress: '0', remove: 1, 'prune-backups': 'keep-all=1', bwlimit: 0, ionice: 7, lockwait: 180, 'notification-mode': 'auto',
		}),
	},
	{
		method: 'GET', path: '/nodes/{node}/vzdump/extractconfig', isForwarded: true, rules: {...onNode, volume: required(text())}, run: extract,
	},
];
