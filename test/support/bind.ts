import {
	execFile,
	execFileSync,
	spawn,
	spawnSync,
} from 'node:child_process';
import {once} from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {promisify} from 'node:util';
import {tsigAlgorithms, type DnsSettings, type TsigAlgorithm} from '../../source/domain/settings.js';
import {hasProgram} from './needs.js';
import {freePort} from './pdns.js';
import {until} from './program.js';

type Rfc2136Row = Extract<DnsSettings, {readonly provider: 'rfc2136'}>;
export type Key = {readonly name: string; readonly algorithm: TsigAlgorithm; readonly secret: string};

const run = promisify(execFile);

/** Whether BIND and its tools are here; in CI they must be. */
export const hasBind = (): boolean => hasProgram(
	[['named', '-v'], ['nsupdate', '-V'], ['dig', '-v']].every(([command, flag]) => spawnSync(command!, [flag!]).status === 0), 'BIND', 'apt-get install bind9 bind9-dnsutils',
);

/** The row of the config for a zone on such a server. */
export const rowOf = (server: string, zone: string, key: Key): Rfc2136Row => ({
	zone, nameServer: 'rfc2136', provider: 'rfc2136', reserved: [], server, keyName: key.name, algorithm: key.algorithm, keySecret: {reveal: () => key.secret},
});

/** What the world sees: `dig` says it. */
export const dig = async (server: string, name: string, type: string): Promise<readonly string[]> => {
	const at = server.lastIndexOf(':');
	const {stdout} = await run('dig', [`@${server.slice(0, at)}`, '-p', server.slice(at + 1), '+short', '+tcp', '+norec', name, type]);
	return stdout.split('\n').filter(Boolean);
};

/** Sends an update as somebody else would: with `nsupdate`. */
export const nsupdate = async (server: string, zone: string, key: Key, lines: readonly string[]): Promise<void> => {
	const at = server.lastIndexOf(':');
	const child = run('nsupdate', ['-v', '-y', `${key.algorithm}:${key.name}:${key.secret}`]);
	child.child.stdin!.end([`server ${server.slice(0, at)} ${server.slice(at + 1)}`, `zone ${zone}`, ...lines, 'send', ''].join('\n'));
	await child;
};

/** A real BIND on a loopback port. */
export type Bind = {
	readonly server: string;
	/** The same on IPv6. */
	readonly server6: string;
	/** May change everything. */
	readonly key: Key;
	/** One of each algorithm, each may change everything. */
	readonly keys: readonly Key[];
	/** May change the A records of `only.example.net`. */
	readonly narrow: Key;
	readonly update: (zone: string, ...lines: readonly string[]) => Promise<void>;
	readonly serial: (zone: string) => Promise<number>;
	readonly log: () => string;
	/** Ends it with SIGKILL. */
	readonly stop: () => Promise<void>;
	/** Serves the same again, at the same place. */
	readonly restart: () => Promise<void>;
	readonly close: () => Promise<void>;
};

const zones = ['example.net', '113.0.203.in-addr.arpa', '0/25.113.0.203.in-addr.arpa', 'my_zone.example.net'];
const makeKey = (name: string, algorithm: TsigAlgorithm): Key => {
	const secret = /secret "([^"]+)"/.exec(execFileSync('tsig-keygen', ['-a', algorithm, name], {encoding: 'utf8'}))![1]!;
	return {name, algorithm, secret};
};

const configOf = (folder: string, port: number, keys: readonly Key[], served: readonly string[]): string => `
include "${folder}/keys.conf";
options {
  directory "${folder}"; pid-file "${folder}/named.pid"; session-keyfile "${folder}/session.key"; managed-keys-directory "${folder}";
  listen-on port ${port} { 127.0.0.1; }; listen-on-v6 port ${port} { ::1; };
  recursion no; dnssec-validation no; notify no; empty-zones-enable no; check-names primary ignore;
};
controls { };
${served.map((zone, index) => `zone "${zone}" { type primary; file "${index}.db"; update-policy {
  ${keys.map(({name}) => name === 'narrow' ? 'grant narrow name only.example.net. A;' : `grant ${name} zonesub ANY;`).join(' ')}
}; };`).join('\n')}
`;

type Named = {readonly log: () => string; readonly stop: () => Promise<void>};

/** Waits until it serves its zones. */
const launch = async (folder: string): Promise<Named> => {
	const child = spawn('named', ['-g', '-c', path.join(folder, 'named.conf'), '-n', '1'], {stdio: ['ignore', 'ignore', 'pipe']});
	let log = '';
	child.stderr.setEncoding('utf8').on('data', (text: string) => {
		log += text;
	});
	const exited = once(child, 'exit');
	await until('named runs', () => {
		if (child.exitCode !== null) {
			throw new Error(`named ended:\n${log}`);
		}

		return / running$/m.test(log);
	});
	return {
		log: () => log,
		async stop() {
			child.kill('SIGKILL');
			await exited;
		},
	};
};

/** Starts `named` with the tests' zones, and with `more`. */
export const startBind = async (more: readonly string[] = []): Promise<Bind> => {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cronsole-bind-'));
	const port = await freePort();
	const served = [...zones, ...more];
	const keys = tsigAlgorithms.map(algorithm => makeKey(`upd-${algorithm}`, algorithm));
	const narrow = makeKey('narrow', 'hmac-sha256');
	const all = [...keys, narrow];
	const keyLines = all.map(({name, algorithm, secret}) => `key "${name}" { algorithm ${algorithm}; secret "${secret}"; };`);
	fs.writeFileSync(path.join(folder, 'keys.conf'), keyLines.join('\n'), {mode: 0o600});
	fs.writeFileSync(path.join(folder, 'named.conf'), configOf(folder, port, all, served));
	for (const index of served.keys()) {
		fs.writeFileSync(path.join(folder, `${index}.db`), [
			'$TTL 300', '@ SOA ns1.example.net. hostmaster.example.net. 1 3600 600 86400 60', '@ NS ns1.example.net.', ...index === 0 ? ['ns1 A 127.0.0.1'] : [], '',
		].join('\n'));
	}

	let named = await launch(folder);
	const server = `127.0.0.1:${port}`;
	return {
		server, server6: `[::1]:${port}`, key: keys[0]!, keys, narrow,
		update: async (zone, ...lines) => nsupdate(server, zone, keys[0]!, lines),
		async serial(zone) {
			const [soa = ''] = await dig(server, zone, 'SOA');
			return Number(soa.split(' ', 3)[2]);
		},
		log: () => named.log(),
		stop: async () => named.stop(),
		async restart() {
			named = await launch(folder);
		},
		async close() {
			await named.stop();
			fs.rmSync(folder, {recursive: true, force: true});
		},
	};
};
