import {execFile, spawn} from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {createInterface} from 'node:readline';
import {setTimeout as sleep} from 'node:timers/promises';
import {promisify} from 'node:util';

const build = path.resolve(import.meta.dirname, '../build');
const program = path.join(build, 'cli.js');
const execute = promisify(execFile);

// A panel whose database is down for one site, and which is busy for the others.
const panelProgram = `
let text = '';
for await (const part of process.stdin) text += part;
const {action, account} = JSON.parse(text);
if (action === 'inspect') {
	console.log(JSON.stringify({ok: true, changed: [], state: {account: true, site: 'absent'}}));
} else if (action === 'create-account') {
	console.log(JSON.stringify({ok: true, changed: ['account']}));
} else {
	console.error('the database refused the connection');
	process.exit(account.name === 'shop' ? 65 : 75);
}
`;

const configOf = (folder, {url, tokenId, tokenSecret, fingerprint, nameServer}) => `
database: ${folder}/cronsole.db
clusters:
  - name: fra1
    urls: ["${url}"]
    tokenId: "${tokenId}"
    tokenSecret: "${tokenSecret}"
    fingerprints: ["${fingerprint}"]
    vmids: [10000, 19999]
    backup: {storage: shared}
templates:
  debian-12: [{cluster: fra1, vmid: 9000, clone: full, storage: local-lvm}]
  debian-13: [{cluster: fra1, vmid: 9001, clone: full, storage: local-lvm}]
packages:
  kvm-s: {cores: 1, memoryMib: 1024, diskGib: 10, networkMbps: 100, ipv4: 1, snapshots: 3, backups: 2, backupDays: [mon, thu], trafficGb: 1000}
  kvm-m: {cores: 2, memoryMib: 4096, diskGib: 40, networkMbps: 400, ipv4: 1, snapshots: 3, backups: 4, trafficGb: 4000}
pools:
  - {name: fra1-v4, cluster: fra1, bridge: vmbr0, vlan: 0, gateway: 203.0.113.1, prefix: 24, first: 203.0.113.10, last: 203.0.113.99, resolvers: [203.0.113.2]}
dns:
  - {zone: example.net, provider: powerdns, url: "${nameServer.url}", apiKey: "${nameServer.apiKey}", reserved: [www]}
  - {zone: 113.0.203.in-addr.arpa, provider: powerdns, url: "${nameServer.url}", apiKey: "${nameServer.apiKey}"}
installs:
  panels:
    web1: {kind: command, command: ["${process.execPath}", "${folder}/panel.mjs"]}
`;

const client = {name: 'Ada', email: 'ada@example.org'};

const vmOrder = (index, hostname, more = {}) => ({
	reference: `whmcs-${5500 + index}`, hostname: `${hostname}.example.net`, cluster: 'fra1', template: 'debian-12', package: 'kvm-s', client, ...more,
});

const siteOrder = (index, account, domain) => ({
	reference: `whmcs-${900 + index}`, panel: 'web1', application: 'wordpress', domain, account, client, title: `The ${account}`, adminUser: 'ada', adminEmail: client.email,
});

const firstLine = async child => new Promise((resolve, reject) => {
	createInterface({input: child.stdout}).once('line', resolve);
	child.once('error', reject);
	child.once('exit', code => {
		reject(new Error(`a program of the build ended at once, with exit code ${code}`));
	});
});

const ended = async child => new Promise(resolve => {
	if (child.exitCode !== null || child.signalCode !== null) {
		resolve();
	}

	child.once('exit', resolve);
});

// Takes the lock of a task and is killed with it in its hand: what it leaves is a real stale lock.
const leaveStaleLock = async database => {
	const holder = spawn(process.execPath, [path.join(build, 'demo-holder.js'), database], {stdio: ['ignore', 'pipe', 'ignore']});
	await firstLine(holder);
	holder.kill('SIGKILL');
	await ended(holder);
};

// What has happened in the house before anybody looks: VMs, a snapshot, backups, installs, a few things that went wrong.
const furnish = async ({run, give, database}) => {
	const old = ['web1', 'web2', 'db1', 'mail1', 'shop1', 'git1'];
	await Promise.all(old.map(async (name, index) => give(['vm', 'create', '--wait=3m'], vmOrder(index, name, index % 3 === 2 ? {package: 'kvm-m'} : {}))));
	await run(['snapshot', 'take', 'web1.example.net', '--note', 'before the update', '--wait=2m']);
	await Promise.all(['web1', 'db1'].map(async name => run(['backup', 'now', `${name}.example.net`, '--wait=3m'])));
	await run(['backup', 'schedule', 'web1.example.net', '--at', 'mon=02:30,thu=04:00']);
	await run(['vm', 'suspend', 'mail1.example.net', '--reason', 'overdue', '--wait=2m', '--as', 'billing']);
	await run(['task', 'interval', 'collect_statistics', '1m']);
	await give(['install', 'add'], siteOrder(1, 'shop', 'shop.example.org'));
	await run(['--run-task=process_installs']).catch(() => undefined);
	await give(['install', 'add'], siteOrder(2, 'blog', 'blog.example.com'));
	await give(['install', 'add'], siteOrder(3, 'docs', 'docs.example.com'));
	await give(['vm', 'create'], vmOrder(20, 'db2', {template: 'debian-13'}));
	await run(['task', 'interval', 'restore_backup', '1h']);
	await leaveStaleLock(database);
};

// A small provider's installation on a simulated cluster: a daemon that leads, VMs, installs, and things that went wrong.
export const openHouse = async () => {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cronsole-house-'));
	const config = path.join(folder, 'cronsole.yaml');
	const database = path.join(folder, 'cronsole.db');
	const env = {
		PATH: process.env.PATH, HOME: folder, USER: 'anna', LANG: 'C.UTF-8',
	};
	const settings = ['--port', '0', '--seed', '1', '--speed', '4', '--no-waits', '--name-server', '--demo-load'];
	const simulator = spawn(process.execPath, [path.join(build, 'simulator.js'), ...settings], {stdio: ['ignore', 'pipe', 'ignore']});
	fs.writeFileSync(path.join(folder, 'panel.mjs'), panelProgram);
	const cluster = JSON.parse(await firstLine(simulator));
	fs.writeFileSync(config, configOf(folder, cluster), {mode: 0o600});
	let daemon;
	const start = async () => {
		daemon = spawn(process.execPath, [program, '--daemon', '--config', config], {stdio: ['ignore', 'pipe', 'ignore'], env});
		await firstLine(daemon);
		daemon.stdout.resume();
	};

	const stop = async () => {
		daemon.kill('SIGTERM');
		await ended(daemon);
	};

	const run = async words => execute(process.execPath, [program, ...words, '--config', config], {env});
	let orders = 0;
	const give = async (words, order) => {
		orders++;
		const file = path.join(folder, `order-${orders}.json`);
		fs.writeFileSync(file, JSON.stringify(order));
		return run([...words, '--file', file]);
	};

	await start();
	await furnish({run, give, database});
	return {
		argv: (flags, name = 'anna') => [process.execPath, program, '--config', config, '--as', name, ...flags],
		env: {HOME: folder, USER: 'anna'},
		run,
		// More orders, so that something is under way.
		// @param names
		async order(names) {
			await Promise.all(names.map(async (name, index) => give(['vm', 'create'], vmOrder(40 + index, name))));
			await sleep(4000);
		},
		stopLeading: stop,
		async close() {
			await stop();
			simulator.kill('SIGTERM');
			await ended(simulator);
			fs.rmSync(folder, {recursive: true, force: true, maxRetries: 5});
		},
	};
};
