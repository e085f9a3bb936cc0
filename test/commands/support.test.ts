import {
	chmodSync,
	mkdirSync,
	readFileSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';
import {createShell, order} from './shell.js';

/** A config with a secret wherever one may stand; `planted` are all of them, in every form in which they may be quoted. */
const planted = [
	'TOKEN-of-fra1',
	'PDNS-key',
	'VFNJRy1rZXk=',
	'CF-token',
	'smtp-Passw0rd',
	'smtp-Passw%40rd',
	'smtp-Passw@rd',
	'hook-path',
	'beat-path',
	'argv-token',
	'alert-argv',
	'ssh-argument',
	'WHM-token',
	'user-in-url',
	'pass-in-url',
	'query-in-url',
	'ENV-secret',
	'unrelated-token',
	'Wachtwoord-1',
	'CREDENTIAL-secret',
];

const config = (folder: string): string => `clusters:
  - name: fra1
    urls: ["https://127.0.0.1:1"]
    tokenId: cronsole@pve!ops
    tokenSecret: {file: ${folder}/fra1.token}
    fingerprints: ["${'AA:'.repeat(31)}AA"]
    vmids: [10000, 19999]
templates:
  debian-12: [{cluster: fra1, vmid: 9000}]
packages:
  kvm-s: {cores: 1, memoryMib: 1024}
dns:
  - {zone: example.net, provider: powerdns, url: "http://127.0.0.1:2", apiKey: PDNS-key}
  - {zone: 113.0.203.in-addr.arpa, provider: rfc2136, server: "127.0.0.1:3", keyName: upd, algorithm: hmac-sha256, keySecret: VFNJRy1rZXk=}
  - {zone: example.com, provider: cloudflare, token: CF-token, url: "http://127.0.0.1:4"}
mail: {smtp: "smtp://anna:smtp-Passw%40rd@127.0.0.1:5", from: "Hosting <ops@example.net>"}
alerts: {mail: [boss@example.net], command: [/bin/true, --token, alert-argv], webhook: "http://127.0.0.1:6/hook-path", heartbeatUrl: {credential: beat}}
installs:
  panels:
    web1: {kind: command, command: [/bin/false, argv-token], controlPanelUrl: "https://web1.example.net/?login=query-in-url"}
    web2: {kind: ssh, host: 127.0.0.1, user: provision, identity: ${folder}/fra1.token, knownHosts: ${folder}/fra1.token, command: provision ssh-argument}
    web3: {kind: whm, url: "https://127.0.0.1:7", user: root, token: {env: WHM}}
`;

test('a bundle has everything but the secrets: neither of the config, nor of the rows, nor of the environment', async () => {
	const {cronsole, folder, file} = createShell('');
	mkdirSync(path.join(folder, 'credentials'));
	writeFileSync(path.join(folder, 'fra1.token'), 'TOKEN-of-fra1\n');
	writeFileSync(path.join(folder, 'credentials', 'beat'), 'https://beats.example.net/CREDENTIAL-secret/beat-path');
	writeFileSync(file, config(folder));
	chmodSync(file, 0o600);
	const env = {
		HOME: folder, CRONSOLE_CONFIG: file, XDG_STATE_HOME: path.join(folder, 'state'), USER: 'anna', WHM: 'WHM-token', CREDENTIALS_DIRECTORY: path.join(folder, 'credentials'),
		MY_SECRET: 'ENV-secret', DEPLOY_TOKEN: 'unrelated-token',
	};
	await cronsole('vm create', {stdin: order({password: 'Wachtwoord-1'}), env});
	await cronsole(['hold', '--reason', 'because of Wachtwoord-1, ENV-secret, CF-token, WHM-token and smtp-Passw@rd'], {env});
	const bundle = path.join(folder, 'bundle.json');
	const said = await cronsole(['support', 'bundle', bundle], {env});
	expect([said.code, said.err]).toEqual([0, '']);
	expect(said.out).toContain(`wrote ${bundle}`);
	expect(statSync(bundle).mode.toString(8)).toBe('100600');

	const text = readFileSync(bundle, 'utf8');
	expect(planted.filter(secret => text.includes(secret))).toEqual([]);
	expect(text).not.toContain('ada@example.org');
	expect(text).not.toContain('boss@');
	const found = JSON.parse(text);
	expect(found).toMatchObject({
		cronsole: expect.any(String), node: process.version,
		database: {damage: [], schema: expect.any(Number), bytes: expect.any(Number)},
		config: {
			clusters: [{name: 'fra1', tokenSecret: '[secret]', urls: ['https://127.0.0.1:1']}], alerts: {command: '/bin/true [2 arguments]', webhook: '[secret]'},
			installs: {panels: {web1: {controlPanelUrl: 'https://web1.example.net?[secret]'}, web2: {command: 'provision [1 arguments]'}}},
		},
		status: {vms: {inWork: 1}, scheduler: {leader: null}},
		stuck: {vms: [{hostname: 'web1.example.net', operation: {kind: 'create', state: 'waiting'}}]},
	});
	expect(found.check.some(({subject, result}: {subject: string; result: string}) => subject === 'cluster fra1' && result === 'failed')).toBe(true);
	expect(found.activity.some(({message}: {message: string}) => message.includes('because of ••••, ••••, ••••, •••• and ••••'))).toBe(true);

	await expect(cronsole(['support', 'bundle', bundle], {env})).resolves.toMatchObject({code: 2, err: expect.stringContaining('is there already: it was not touched')});
	await expect(cronsole(['support', 'bundle', path.join(folder, 'no', 'such')], {env})).resolves.toMatchObject({code: 2, err: expect.stringContaining('cannot be written (ENOENT)')});
	await expect(cronsole(['support', 'bundle', path.join(folder, 'other'), '--read-only'], {env})).resolves.toMatchObject({code: 2});
	expect(readFileSync(bundle, 'utf8')).toBe(text);
});
