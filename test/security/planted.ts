import {
	chmodSync,
	existsSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import http from 'node:http';
import {type AddressInfo} from 'node:net';
import os from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import {onTestFinished} from 'vitest';
import {makeCertificate} from '../support/https-server.js';
import {
	program,
	start,
	until,
	type Finished,
	type Running,
	type SimulatorLine,
} from '../support/program.js';
import {refusal, startSmtp, type Received} from '../support/smtp.js';

/** What no output may hold; each in a field of its own. */
export const planted = {
	powerdns: 'plant-powerdns-8f21', tsig: Buffer.from('plant-tsig-key-5c07').toString('base64'), cloudflare: 'plant-cloudflare-771e', whm: 'PLANTWHM0A1B2C3D', smtp: 'plant-smtp-3d4c',
	webhook: 'plant-webhook-90ab', webhookLogin: 'plant-hook-login-7', heartbeat: 'plant-heartbeat-12cd', vm: 'plant"vm&pass<1>', ssh: 'plant-key-of-ssh-55', intake: 'plant-intake-whose-secret-is-long-66',
	whmcs: 'plant-whmcs-identifier-71', whmcsSecret: 'plant-whmcs-secret-72', whmcsKey: 'plant-whmcs-key-73',
} as const;

/** How somebody may write it. */
export const writings = (secret: string): readonly string[] => [...new Set([
	secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret), Buffer.from(secret).toString('base64').replaceAll('=', ''), secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
])];

/** A server that refuses everybody, and quotes all that it was sent; what it was sent. */
const startQuoting = async () => {
	const heard: string[] = [];
	const server = http.createServer(async (request, response) => {
		const body = (await request.setEncoding('utf8').toArray()).join('');
		heard.push(`${request.method} ${request.url} ${body}`);
		const said = [request.url!.replaceAll(/[&/=?]/g, ' '), ...Object.entries(request.headers).map(([name, value]) => `${name}: ${String(value)}`)].join(', ');
		response.writeHead(request.url!.startsWith('/json-api') ? 200 : 422, 'No, not like this', {'content-type': 'application/json'});
		response.end(JSON.stringify({
			error: said, errors: [{code: 1000, message: said}], success: false, message: said, metadata: {result: 0, reason: said, version: 1},
		}));
	});
	await new Promise<void>(resolve => {
		server.listen(0, '127.0.0.1', resolve);
	});
	onTestFinished(() => {
		server.closeAllConnections();
		server.close();
	});
	return {port: (server.address() as AddressInfo).port, heard};
};

/** A panel's program that says all that it was told, tells what its environment and arguments are, and refuses for ever. */
const panelProgram = String.raw`#!/bin/sh
{ env; echo "$0 $*"; } >> "FOLDER/seen"
case "$*" in *-oBatchMode*|*BatchMode*) echo 'Authenticated to web2.example.net' >&2 ;; esac
request=$(cat)
printf '%s' "$request" > "FOLDER/last"
sleep 0.4
printf 'I was told %s\n' "$request" >&2
password=$(printf '%s' "$request" | sed -n 's/.*"adminPassword":"\([^"]*\)".*/\1/p')
printf '%s\n' "$password" >> "FOLDER/passwords"
case $request in
*'"action":"inspect"'*) echo '{"ok":true,"state":{"account":true,"site":"absent"}}' ;;
*'"action":"create-account"'*) echo '{"ok":true,"changed":["account"]}' ;;
*) printf '{"ok":false,"error":"no site for %s"}\n' "$password"; exit 65 ;;
esac
`;

const writeProgram = (file: string, folder: string): void => {
	writeFileSync(file, panelProgram.replaceAll('FOLDER', () => folder));
	chmodSync(file, 0o755);
};

type Places = {readonly folder: string; readonly simulator: SimulatorLine; readonly quoting: number; readonly fingerprint: string};

const configOf = ({folder, simulator, quoting, fingerprint}: Places): string => JSON.stringify({
	database: `${folder}/state/cronsole.db`,
	clusters: [{
		name: 'fra1', urls: [simulator.url], tokenId: simulator.tokenId, tokenSecret: {env: 'PROXMOX_TOKEN'}, fingerprints: [simulator.fingerprint], vmids: [10_000, 19_999], timeout: '2s',
	}],
	templates: {
		'debian-12': [{
			cluster: 'fra1', vmid: 9000, clone: 'full', storage: 'local-lvm',
		}],
	},
	packages: {'kvm-s': {cores: 2, memoryMib: 1024, ipv4: 1}},
	pools: [{
		name: 'fra1-v4', cluster: 'fra1', bridge: 'vmbr0', gateway: '10.9.0.1', prefix: 16, first: '10.9.1.1', last: '10.9.1.50',
	}],
	dns: [
		{
			zone: 'example.net', provider: 'powerdns', url: `http://127.0.0.1:${quoting}`, apiKey: {env: 'PDNS_KEY'},
		},
		{
			zone: 'example.org', provider: 'cloudflare', url: `http://127.0.0.1:${quoting}`, token: {file: 'cloudflare.token'},
		},
		{
			zone: '9.10.in-addr.arpa', provider: 'rfc2136', server: `127.0.0.1:${quoting}`, keyName: 'upd', algorithm: 'hmac-sha256', keySecret: planted.tsig,
		},
	],
	mail: {smtp: {env: 'SMTP_URL'}, fingerprints: [fingerprint], from: 'Hosting <ops@example.net>'},
	alerts: {
		mail: ['ops@example.net'], webhook: `http://bot:${planted.webhookLogin}@127.0.0.1:${quoting}/hooks/T01/${planted.webhook}?wait=true`, heartbeatUrl: `http://127.0.0.1:${quoting}/ping/${planted.heartbeat}`,
	},
	installs: {
		panels: {
			web1: {kind: 'command', command: [`${folder}/panel`]},
			web2: {
				kind: 'ssh', host: 'web2.example.net', user: 'provision', identity: `${folder}/web2.key`, knownHosts: `${folder}/known_hosts`, command: 'provision',
			},
			web3: {
				kind: 'whm', url: `http://127.0.0.1:${quoting}`, user: 'root', token: {credential: 'whm.token'},
			},
		},
	},
	intake: {keys: {whmcs: planted.intake}},
	whmcs: {
		url: 'https://127.0.0.1:1/includes/api.php', identifier: planted.whmcs, secret: planted.whmcsSecret, accessKey: planted.whmcsKey,
	},
	scheduler: {lease: '6s', maxAttempts: 20},
});

export type Planted = {
	readonly folder: string;
	readonly config: string;
	readonly env: Readonly<Record<string, string>>;
	readonly simulator: SimulatorLine;
	readonly daemon: Running;
	readonly letters: readonly Received[];
	readonly webhooks: readonly string[];
	readonly run: (args: readonly string[], input?: string) => Promise<Finished>;
	/** From now on the mail server takes what it refused; the daemon is another one, which tries at once. */
	readonly takeMail: () => Promise<Running>;
	/** Everything that a child was given as environment and arguments. */
	readonly seen: () => string;
	/** Passwords that were made for sites. */
	readonly sitePasswords: () => readonly string[];
	/** Every file of the state folder, as bytes. */
	readonly stateFiles: () => ReadonlyArray<{readonly name: string; readonly text: string}>;
};

/** A daemon with a secret in every field, among servers that quote what they are told. */
export const createPlanted = async (): Promise<Planted> => {
	const folder = mkdtempSync(path.join(os.tmpdir(), 'cronsole-secrets-'));
	const running: Running[] = [];
	onTestFinished(async () => {
		await Promise.all(running.map(async one => one.end('SIGKILL')));
		rmSync(folder, {recursive: true, force: true});
	});
	const machine = start(path.resolve(import.meta.dirname, '../../build/simulator.js'), ['--port', '0', '--seed', '1', '--no-waits', '--speed', '100']);
	running.push(machine);
	const simulator = JSON.parse(await until('the simulator\'s line', () => machine.lines[0])) as SimulatorLine;
	const quoting = await startQuoting();
	const {key, cert, fingerprint} = await makeCertificate();
	let isOpen = false;
	const {port: smtp, received} = await startSmtp({
		key, cert, hideSTARTTLS: false,
		onAuth({username, password}, _, done) {
			done(isOpen ? null : refusal(535, `no login ${username} with ${password}, nor ${Buffer.from(`\0${username}\0${password}`).toString('base64')}`), {user: username});
		},
	});
	for (const [name, text] of [['cloudflare.token', planted.cloudflare], ['whm.token', planted.whm], ['web2.key', planted.ssh], ['known_hosts', '']] as const) {
		writeFileSync(path.join(folder, name), text, {mode: 0o600});
	}

	writeProgram(path.join(folder, 'panel'), folder);
	writeProgram(path.join(folder, 'ssh'), folder);
	const config = path.join(folder, 'cronsole.yaml');
	writeFileSync(config, configOf({
		folder, simulator, quoting: quoting.port, fingerprint,
	}), {mode: 0o600});
	const env = {
		PATH: `${folder}:${process.env.PATH}`, PROXMOX_TOKEN: simulator.tokenSecret, PDNS_KEY: planted.powerdns, SMTP_URL: `smtp://ops:${planted.smtp}@127.0.0.1:${smtp}`, CREDENTIALS_DIRECTORY: folder,
	};
	const startDaemon = async (): Promise<Running> => {
		const one = start(program, ['--config', config, '--daemon'], env);
		running.push(one);
		await until('a leader', () => one.lines.length > 0);
		return one;
	};

	const daemon = await startDaemon();
	const read = (name: string): string => existsSync(path.join(folder, name)) ? readFileSync(path.join(folder, name), 'utf8') : '';
	return {
		folder, config, env, simulator, daemon, letters: received, webhooks: quoting.heard,
		async run(args, input) {
			const file = path.join(folder, 'input.json');
			writeFileSync(file, input ?? '');
			const one = start(program, ['--config', config, ...args, ...input === undefined ? [] : ['--file', file]], env);
			return {code: await one.exited, out: one.lines.join('\n'), err: one.errors.join('\n')};
		},
		async takeMail() {
			isOpen = true;
			await daemon.end();
			const database = new Database(path.join(folder, 'state/cronsole.db'));
			database.exec('update outbox set next_attempt_at = 0 where state = \'pending\'');
			database.close();
			return startDaemon();
		},
		seen: () => read('seen'),
		sitePasswords: () => [...new Set(read('passwords').split('\n').filter(line => line !== ''))],
		stateFiles: () => readdirSync(path.join(folder, 'state'), {recursive: true, encoding: 'utf8', withFileTypes: true})
			.filter(entry => entry.isFile()).map(({name, parentPath}) => ({name, text: readFileSync(path.join(parentPath, name), 'latin1')})),
	};
};
