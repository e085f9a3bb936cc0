import {spawn, spawnSync, type ChildProcess} from 'node:child_process';
import {promises as dns} from 'node:dns';
import fs from 'node:fs';
import {createServer, type AddressInfo} from 'node:net';
import os from 'node:os';
import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import Database from 'better-sqlite3';
import {hasProgram} from './needs.js';

const schema = '/usr/share/doc/pdns-backend-sqlite3/schema.sqlite3.sql';

/** Whether a real PowerDNS is here; in CI it must be. */
export const hasPdns = (): boolean => hasProgram(
	fs.existsSync(schema) && spawnSync('/usr/sbin/pdns_server', ['--version']).status !== null, 'PowerDNS', 'apt-get install pdns-server pdns-backend-sqlite3',
);

/** A free port of the loopback interface, for TCP. */
export const freePort = async (): Promise<number> => {
	const server = createServer();
	await new Promise<void>(resolve => {
		server.listen(0, '127.0.0.1', resolve);
	});
	const {port} = server.address() as AddressInfo;
	await new Promise(resolve => {
		server.close(resolve);
	});
	return port;
};

/** What a name server answers to a query, as a zone file has it (names without their final dot); nothing where there is nothing. */
export const query = async (server: string, name: string, type: string): Promise<readonly string[]> => {
	const resolver = new dns.Resolver({timeout: 1000, tries: 3});
	resolver.setServers([server]);
	try {
		const answers: unknown = await resolver.resolve(name, type);
		return (answers as ReadonlyArray<string | readonly string[]>).map(answer => typeof answer === 'string' ? answer : answer.join(''));
	} catch (error) {
		if (['ENOTFOUND', 'ENODATA'].includes((error as NodeJS.ErrnoException).code ?? '')) {
			return [];
		}

		throw error;
	}
};

export const serialOf = async (server: string, zone: string): Promise<number> => {
	const resolver = new dns.Resolver({timeout: 1000, tries: 3});
	resolver.setServers([server]);
	return (await resolver.resolveSoa(zone)).serial;
};

/** A real PowerDNS with SQLite, spoken to over its HTTP API and by RFC 2136 with a TSIG key that may change every zone. */
export type Pdns = {
	/** Of the HTTP API. */
	readonly url: string;
	readonly apiKey: string;
	/** `127.0.0.1:5301`: for queries and updates. */
	readonly server: string;
	readonly keyName: string;
	readonly algorithm: 'hmac-sha256';
	/** Base64. */
	readonly keySecret: string;
	/** Asks its HTTP API; insists where its database is busy. */
	readonly api: (method: string, target: string, body?: unknown) => Promise<Response>;
	/** One more record; `content` as a zone file has it. */
	readonly put: (record: {readonly zone: string; readonly name: string; readonly type: string; readonly content: string}) => Promise<void>;
	readonly see: (name: string, type: string) => Promise<readonly string[]>;
	readonly serial: (zone: string) => Promise<number>;
	/** Ends it with SIGKILL. */
	readonly stop: () => Promise<void>;
	/** Serves the same again, at the same place. */
	readonly restart: () => Promise<void>;
	readonly close: () => Promise<void>;
};

const apiKey = 'a-key-of-powerdns';
const keyName = 'upd';
const keySecret = 'c2VjcmV0LW9mLXRoZS11cGRhdGUta2V5LTEyMzQ1Njc4OTA=';

const configText = (folder: string, port: number, webPort: number): string => `launch=gsqlite3
gsqlite3-database=${folder}/pdns.sqlite3
gsqlite3-pragma-synchronous=0
local-address=127.0.0.1
local-port=${port}
socket-dir=${folder}
webserver=yes
webserver-address=127.0.0.1
webserver-port=${webPort}
webserver-allow-from=127.0.0.1,::1
api=yes
api-key=${apiKey}
default-soa-content=ns1.example.net. hostmaster.@ 0 10800 3600 604800 3600
query-cache-ttl=0
cache-ttl=0
negquery-cache-ttl=0
zone-cache-refresh-interval=0
security-poll-suffix=
dnsupdate=yes
allow-dnsupdate-from=127.0.0.0/8
daemon=no
guardian=no
setuid=
setgid=
`;

const end = async (child: ChildProcess): Promise<void> => {
	if ((child.exitCode ?? child.signalCode) !== null) {
		return;
	}

	const ended = new Promise(resolve => {
		child.once('exit', resolve);
	});
	child.kill('SIGKILL');
	await ended;
};

const caller = (url: string) => async (method: string, target: string, body?: unknown): Promise<Response> => {
	for (let tries = 20; ; tries--) {
		const response = await fetch(`${url}/api/v1/servers/localhost${target}`, {
			method, headers: {'x-api-key': apiKey}, ...(body !== undefined && {body: JSON.stringify(body)}),
		});
		if (tries === 0 || response.status !== 500) {
			return response;
		}

		await sleep(20);
	}
};

type Started = {readonly child: ChildProcess; readonly url: string; readonly server: string};

/** Undefined: it ended before it answered, as where somebody took its port meanwhile. */
const launch = async (folder: string, url: string): Promise<ChildProcess | undefined> => {
	const child = spawn('/usr/sbin/pdns_server', [`--config-dir=${folder}`, '--disable-syslog=yes', '--write-pid=no'], {stdio: 'ignore'});
	for (let tries = 0; tries < 400; tries++) {
		if (child.exitCode !== null) {
			return undefined;
		}

		const isUp = await caller(url)('GET', '').then(({ok}) => ok).catch(() => false);
		if (isUp) {
			return child;
		}

		await sleep(25);
	}

	await end(child);
	return undefined;
};

const tryToStart = async (folder: string): Promise<Started | undefined> => {
	const [port, webPort] = await Promise.all([freePort(), freePort()]);
	fs.writeFileSync(path.join(folder, 'pdns.conf'), configText(folder, port, webPort));
	const url = `http://127.0.0.1:${webPort}`;
	const child = await launch(folder, url);
	return child && {child, url, server: `127.0.0.1:${port}`};
};

const start = async (folder: string): Promise<Started> => {
	for (let tries = 0; tries < 3; tries++) {
		const started = await tryToStart(folder);
		if (started) {
			return started;
		}
	}

	throw new Error('PowerDNS did not start');
};

const mustBeOk = async (asked: Promise<Response>): Promise<void> => {
	const response = await asked;
	if (!response.ok) {
		throw new Error(`PowerDNS: ${response.status} ${await response.text()}`);
	}
};

/** Starts it with zones that are empty but for their SOA and NS. */
export const startPdns = async (zones: readonly string[] = ['example.net', '113.0.203.in-addr.arpa']): Promise<Pdns> => {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cronsole-pdns-'));
	const database = new Database(path.join(folder, 'pdns.sqlite3'));
	database.exec(fs.readFileSync(schema, 'utf8'));
	database.close();
	const {child: first, url, server} = await start(folder);
	let child = first;
	const api = caller(url);

	await mustBeOk(api('POST', '/tsigkeys', {name: keyName, algorithm: 'hmac-sha256', key: keySecret}));
	for (const zone of zones) {
		await mustBeOk(api('POST', '/zones', {
			name: `${zone}.`, kind: 'Native', nameservers: ['ns1.example.net.'], soa_edit_api: 'DEFAULT',
		}));
		await mustBeOk(api('POST', `/zones/${zone.replaceAll('/', '=2F')}./metadata`, {kind: 'TSIG-ALLOW-DNSUPDATE', metadata: [keyName]}));
	}

	return {
		url, apiKey, server, keyName, algorithm: 'hmac-sha256', keySecret, api,
		async put({zone, name, type, content}) {
			const target = `/zones/${zone.replaceAll('/', '=2F')}.`;
			const response = await api('GET', `${target}?rrset_name=${encodeURIComponent(name)}.&rrset_type=${type}`);
			const {rrsets} = await response.json() as {rrsets: ReadonlyArray<{records: readonly unknown[]}>};
			await mustBeOk(api('PATCH', target, {
				rrsets: [{
					name: `${name}.`, type, ttl: 300, changetype: 'REPLACE', records: [...rrsets.flatMap(({records}) => records), {content, disabled: false}],
				}],
			}));
		},
		see: async (name, type) => query(server, name, type),
		serial: async zone => serialOf(server, zone),
		stop: async () => end(child),
		async restart() {
			const again = await launch(folder, url);
			if (!again) {
				throw new Error('PowerDNS did not start again');
			}

			child = again;
		},
		async close() {
			await end(child);
			fs.rmSync(folder, {recursive: true, force: true});
		},
	};
};
