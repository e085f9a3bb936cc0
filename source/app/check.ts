import {statfs} from 'node:fs/promises';
import path from 'node:path';
import {type BillingSystem} from '../clients/billing/billing.js';
import {type Dns} from '../clients/dns/dns.js';
import {type MailServer} from '../clients/mail/mail.js';
import {type Panels} from '../clients/panel/panel.js';
import {type Proxmox, type ProxmoxConnection, type Resource} from '../clients/proxmox/proxmox.js';
import {type Clock} from '../domain/clock.js';
import {getIp, isInRange} from '../domain/ip.js';
import {findMissingPrivileges} from '../domain/privileges.js';
import {describeForeign, foreignRemedy} from '../domain/foreign-stamp.js';
import {type ClusterSettings, type Settings} from '../domain/settings.js';
import {createForeignAddresses} from '../pipelines/foreign-addresses.js';
import {listOwnVmids} from '../pipelines/foreign-guests.js';
import {type Store} from '../store/store.js';
import {checkAddresses} from './check-addresses.js';
import {checkBilling} from './check-billing.js';
import {checkDns} from './check-dns.js';
import {checkMail} from './check-mail.js';
import {checkPanels} from './check-panels.js';
import {
	failed,
	ok,
	type Report,
	sayLine,
	someOf,
	trySeveral,
	warning,
} from './check-line.js';

export type CheckDeps = {
	readonly settings: Settings;
	readonly store: Store;
	readonly clock: Clock;
	readonly connectionOf: (cluster: string) => ProxmoxConnection | undefined;
	/** For looking only. */
	readonly dns: Dns;
	readonly panels: Pick<Panels, 'find'>;
	/** Null: the config has none. */
	readonly openMessages: () => Promise<{readonly mail: Pick<MailServer, 'check'> | null; readonly billing: Pick<BillingSystem, 'check'> | null}>;
	readonly report: Report;
};

const roomyBytes = 1024 ** 3;

// That it is a local one with working locks was seen when the database was opened.
const lookAtFileSystem = async (place: string) => {
	const folder = path.dirname(place);
	const {bavail, bsize} = await statfs(folder);
	const free = `${(bavail * bsize / roomyBytes).toFixed(1)} GiB free for ${folder}`;
	return bavail * bsize < roomyBytes ? warning(`only ${free}: the database and its copies need room`) : ok(free);
};

const lookAtPrivileges = async (proxmox: Proxmox, version: string, {packages}: Settings) => {
	const isAgentWanted = Object.values(packages).some(({agent}) => agent === true);
	const missing = findMissingPrivileges(await proxmox.getPermissions(), version, isAgentWanted);
	return missing.length === 0 ? ok('the token has every privilege that is needed') : failed(`the token lacks ${missing.join(', ')}`);
};

const lookAtQuorum = async (proxmox: Proxmox) => {
	const {isQuorate, nodes} = await proxmox.getClusterStatus();
	const offline = nodes.filter(({isOnline}) => !isOnline).map(({name}) => name);
	if (!isQuorate) {
		return failed(`no quorum (${offline.join(', ')} offline)`);
	}

	return offline.length === 0 ? ok(`${nodes.length} nodes online`) : warning(`${offline.join(', ')} offline`);
};

const lookAtFirewall = async (proxmox: Proxmox, {packages}: Settings) => {
	if (await proxmox.isClusterFirewallOn()) {
		return ok('the datacenter firewall is on');
	}

	return Object.values(packages).some(({firewall}) => firewall?.enable === true)
		? warning('the datacenter firewall is off: the firewall of no VM has any effect')
		: ok('the datacenter firewall is off, and no package asks for one');
};

const lookAtTemplate = async (proxmox: Proxmox, resources: readonly Resource[], template: Settings['templates'][string][number]) => {
	const row = resources.find(resource => resource.type === 'qemu' && resource.vmid === template.vmid);
	if (row?.type !== 'qemu') {
		return failed(`there is no VM ${template.vmid} on ${template.cluster}`);
	}

	const config = await proxmox.getVmConfig({node: row.node, vmid: template.vmid});
	// A row of which pvestatd has not reported yet does not say what it is.
	if (!row.template && !(row.status === 'unknown' && Number(config.template) === 1)) {
		return failed(`VM ${template.vmid} on ${row.node} is no template: qm template ${template.vmid} makes it one`);
	}

	if (Object.values(config).every(value => !String(value).includes('cloudinit'))) {
		return failed(`VM ${template.vmid} has no cloud-init drive: qm set ${template.vmid} --ide2 STORAGE:cloudinit`);
	}

	return template.storage !== null && resources.every(resource => resource.type !== 'storage' || resource.storage !== template.storage || resource.node !== row.node) ? failed(`${row.node} has no storage ${template.storage}`) : ok(`VM ${template.vmid} on ${row.node}`);
};

const lookAtPool = async (pool: Settings['pools'][number], foreign: ReadonlySet<string>, {store, clock}: CheckDeps) => {
	const [use] = await store.read.addresses.use([pool], clock.now());
	const range = {first: getIp(pool.first), last: getIp(pool.last)};
	const taken = [...foreign].filter(text => isInRange(getIp(text), range));
	const free = `${use!.free} of ${use!.total} free`;
	if (taken.length > 0) {
		return warning(`${free}; ${someOf(taken)} in use by VMs that are not ours: never handed out`);
	}

	return use!.free < pool.alertBelow ? warning(`${free}, which is below ${pool.alertBelow}`) : ok(free);
};

const lookForForeign = async ({name, vmids}: ClusterSettings, proxmox: Proxmox, {store, clock}: CheckDeps) => {
	const found = await createForeignAddresses(clock).find(proxmox, {installation: store.installation, vmids, listOwn: async () => listOwnVmids(store.read.vms, name)});
	return found ? failed(`${describeForeign(found)}: nothing is changed on ${name}; ${foreignRemedy}`) : ok(`no other installation works on VMs ${vmids.join(' to ')}`);
};

const checkTemplates = async ({name: cluster}: ClusterSettings, proxmox: Proxmox, {settings, report}: CheckDeps) => {
	const places = Object.entries(settings.templates).flatMap(([name, all]) => all.filter(place => place.cluster === cluster).map(place => ({name, place})));
	const resources = places.length === 0 ? [] : await proxmox.listResources();
	for (const {name, place} of places) {
		await sayLine(`template ${name}`, report, async () => lookAtTemplate(proxmox, resources, place));
	}
};

const checkPools = async ({name: cluster}: ClusterSettings, proxmox: Proxmox, deps: CheckDeps) => {
	const {settings, store, report, clock} = deps;
	const pools = settings.pools.filter(pool => pool.cluster === cluster);
	const foreign = pools.length === 0
		? new Set<string>()
		: await createForeignAddresses(clock).list(proxmox, async () => listOwnVmids(store.read.vms, cluster));
	for (const pool of pools) {
		await sayLine(`pool ${pool.name}`, report, async () => lookAtPool(pool, foreign, deps));
	}
};

const checkCluster = async (cluster: ClusterSettings, deps: CheckDeps): Promise<void> => {
	const {settings, report, connectionOf} = deps;
	const proxmox = connectionOf(cluster.name)!.reader;
	const subject = `cluster ${cluster.name}`;
	let version = '';
	const isThere = await sayLine(subject, report, async () => {
		version = await proxmox.getVersion();
		return Number.parseInt(version, 10) < 8 ? failed(`Proxmox VE ${version} is too old: 8 or newer is needed`) : ok(`Proxmox VE ${version} at ${cluster.urls.join(', ')}`);
	});
	if (!isThere) {
		return;
	}

	await sayLine(subject, report, async () => lookAtQuorum(proxmox));
	await sayLine(subject, report, async () => lookAtPrivileges(proxmox, version, settings));
	await sayLine(subject, report, async () => lookAtFirewall(proxmox, settings));
	await sayLine(subject, report, async () => lookForForeign(cluster, proxmox, deps));
	await trySeveral(subject, report, async () => checkTemplates(cluster, proxmox, deps));
	await trySeveral(subject, report, async () => checkPools(cluster, proxmox, deps));
};

/** Looks at everything that the config names, a line each; changes nothing. */
export const check = async (deps: CheckDeps): Promise<void> => {
	const {settings, store, report} = deps;
	report({subject: 'config', ...(settings.file === null ? warning('there is no config file: everything is at its default (cronsole init writes one)') : ok(settings.file))});
	report({subject: 'node', ...ok(process.version)});
	report({subject: 'database', ...ok(`${store.place}, installation ${store.installation}`)});
	await sayLine('file system', report, async () => lookAtFileSystem(store.place));
	if (settings.clusters.length === 0) {
		report({subject: 'clusters', ...warning('none in the config: there is nothing to work on')});
	}

	for (const cluster of settings.clusters) {
		await checkCluster(cluster, deps);
	}

	await checkAddresses(deps);
	await checkDns(deps);
	await checkPanels(deps);
	await checkMail({
		...deps,
		async openMail() {
			const {mail} = await deps.openMessages();
			return mail;
		},
	});
	await checkBilling({
		...deps,
		async openBilling() {
			const {billing} = await deps.openMessages();
			return billing;
		},
	});
};
