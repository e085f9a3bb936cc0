import {writeFileSync} from 'node:fs';
import path from 'node:path';
import {inspect} from 'node:util';
import {expect, test} from 'vitest';
import {findConfigFile, loadSettings} from '../../source/config.js';
import {configTemplate} from '../../source/config/template.js';
import {
	cluster,
	load,
	temporaryFolder,
	token,
} from './load.js';

test('an empty config has every default', async () => {
	const folder = temporaryFolder();
	const settings = await load('', {folder});
	expect(settings).toEqual({
		file: path.join(folder, 'cronsole.yaml'),
		database: path.join(folder, '.local/state/cronsole/cronsole.db'),
		timezone: 'UTC',
		clusters: [], templates: {}, packages: {}, pools: [], dns: [], mail: null,
		alerts: {
			mail: [], command: [], webhook: null, heartbeatUrl: null,
		},
		installs: {
			panels: {},
			applications: Object.fromEntries(['wordpress', 'static'].map(name => [name, {
				stage: true, welcomeEmail: true, blogName: 'My site', url: 'domain', controlPanelLogin: true,
			}])),
		},
		intake: {keys: {}, tls: null, ordersPerMinute: 600}, whmcs: null,
		terminate: {graceMs: 0, keepBackupsDays: 0},
		snapshots: {days: 0},
		backups: {window: '01:00-05:00', alertAfterMs: 259_200_000},
		shutdownTimeoutMs: 120_000,
		tasks: {},
		scheduler: {
			cycleMs: 1000, leaseMs: 60_000, maxAttempts: 20, startAt: 'once',
		},
		retention: {
			debugMs: 1_209_600_000, infoMs: 34_560_000_000, errorMs: 34_560_000_000, runsMs: 7_776_000_000, clientsMs: null,
		},
	});
});

test('sections that are named but empty are as if they were absent', async () => {
	const folder = temporaryFolder();
	const names = 'database timezone clusters templates packages pools dns mail alerts installs intake terminate snapshots backups shutdownTimeout tasks scheduler retention';
	const empty = await load(names.split(' ').map(name => `${name}:\n`).join(''), {folder});
	expect(empty).toEqual(await load('', {folder}));
});

test('no config at all is a console with nothing to do', async () => {
	const env = {HOME: '/home/anna', XDG_STATE_HOME: '/home/anna/state'};
	const settings = await loadSettings({file: null, env});
	expect(settings).toMatchObject({file: null, clusters: [], database: '/home/anna/state/cronsole/cronsole.db'});
});

test('the call time-out follows a short lease by itself', async () => {
	const {clusters} = await load(`scheduler: {lease: 6s}\nclusters:\n${cluster('fra1')}`);
	expect(clusters[0]).toMatchObject({
		timeoutMs: 2000, calls: 8, callsPerNode: 3, clonesPerStorage: 2, backupsPerNode: 1, destroysPerHour: 10, backup: {storage: 'shared', mode: 'snapshot', compress: 'zstd'}, observe: false,
	});
});

test('a secret comes from the environment, a file beside the config, a credential or the text, and is never shown', async () => {
	const folder = temporaryFolder();
	writeFileSync(path.join(folder, 'token'), 'from-file\n');
	const text = ['{env: T}', '{file: token}', '{credential: token}', 'from-text'].map((secret, index) => cluster(`c${index}`).replace(token, () => secret)).join('');
	const {clusters} = await load(`clusters:\n${text}`, {folder, env: {T: 'from-env', CREDENTIALS_DIRECTORY: folder}});
	const secrets = clusters.map(({tokenSecret}) => tokenSecret);
	expect(secrets.map(secret => secret.reveal())).toEqual(['from-env', 'from-file', 'from-file', 'from-text']);
	for (const seen of [JSON.stringify(clusters), inspect(clusters, {depth: 9, showHidden: true}), secrets.map(String).join(' '), inspect(secrets[1])]) {
		expect(seen).not.toContain('from-');
		expect(seen).toContain('[secret]');
	}
});

test('units are resolved and both spellings of a task are taken', async () => {
	const settings = await load('tasks: {processVirtualMachines: {interval: 90s, lockTimeout: 2m}, remove_snapshots: {interval: 0}}\nretention: {debug: 3d, clients: 30d}\n');
	expect(settings.tasks).toEqual({process_vms: {intervalSeconds: 90, lockTimeoutMs: 120_000}, remove_snapshots: {intervalSeconds: 0, lockTimeoutMs: null}});
	expect(settings.retention).toMatchObject({debugMs: 259_200_000, clientsMs: 2_592_000_000});
});

test('an IPv6 pool may have a link-local gateway', async () => {
	const {pools} = await load(`clusters:\n${cluster('fra1')}pools:\n  - {name: six, cluster: fra1, bridge: vmbr0, gateway: "fe80::1", prefix: 64, first: "2001:db8::10", last: "2001:db8::ff"}\n`);
	expect(pools).toMatchObject([{
		family: 6, vlan: 0, resolvers: [], alertBelow: 5, quarantineMs: 259_200_000, genericPtr: null,
	}]);
});

test('the template of init is right with and without its comments', async () => {
	const folder = temporaryFolder();
	await expect(load(configTemplate, {folder})).resolves.toMatchObject({clusters: []});
	writeFileSync(path.join(folder, 'fra1.token'), 'secret');
	const bare = configTemplate.split('\n').map(line => line.replace(/^# /, '')).join('\n');
	const settings = await load(bare, {
		folder, env: {
			PDNS_KEY: 'secret', TSIG_KEY: 'c2VjcmV0', CLOUDFLARE_TOKEN: 'secret', INTAKE_SECRET: 'x'.repeat(32), WHMCS_IDENTIFIER: 'secret', WHMCS_SECRET: 'secret',
		},
	});
	expect(settings).toMatchObject({
		database: '/var/lib/cronsole/cronsole.db', clusters: [{name: 'fra1'}], pools: [{family: 4, genericPtr: '{ip}.static.example.net'}],
		dns: [{zone: 'example.net', provider: 'powerdns', reserved: ['www', 'mail']}, {zone: '113.0.203.in-addr.arpa', provider: 'rfc2136'}, {zone: 'example.org', provider: 'cloudflare', url: null}],
	});
	expect(Object.keys(settings.installs.panels)).toEqual(['web1']);
});

test('the database of the config lies beside the config, that of the flag beside the caller', async () => {
	const folder = temporaryFolder();
	const file = path.join(folder, 'cronsole.yaml');
	writeFileSync(file, 'database: state.db\n');
	await expect(loadSettings({file, env: {}})).resolves.toMatchObject({database: path.join(folder, 'state.db')});
	await expect(loadSettings({file, env: {}, databaseFlag: 'other.db'})).resolves.toMatchObject({database: path.resolve('other.db')});
	await expect(loadSettings({file, env: {}, databaseFlag: 'postgresql://db/x'})).rejects.toThrow('PostgreSQL is not in this version');
});

test('the config is looked for by flag, variable and user, never in the current folder', () => {
	const folder = temporaryFolder();
	expect(findConfigFile({config: 'a.yaml'}, {CRONSOLE_CONFIG: '/b.yaml'})).toEqual({file: path.resolve('a.yaml'), isNamed: true});
	expect(findConfigFile({}, {CRONSOLE_CONFIG: '/b.yaml'})).toEqual({file: '/b.yaml', isNamed: true});
	expect(findConfigFile({}, {XDG_CONFIG_HOME: folder, HOME: folder})?.file ?? '/etc/cronsole/cronsole.yaml').toBe('/etc/cronsole/cronsole.yaml');
});

test('a config that was named but is not there is a problem', async () => {
	await expect(loadSettings({file: '/nonexistent/cronsole.yaml', env: {}})).rejects.toThrow('/nonexistent/cronsole.yaml:1: there is no such file');
});
