import {
	chmodSync,
	mkdtempSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {onTestFinished} from 'vitest';
import {type App, openApp} from '../../source/app.js';
import {type Actor} from '../../source/domain/activity.js';
import {systemClock} from '../../source/domain/clock.js';
import {type Flags} from '../../source/commands/words/flags.js';
import {type Io, type Signal} from '../../source/commands/io/io.js';
import {run} from '../../source/commands/main.js';
import {type Settings} from '../../source/domain/settings.js';
import {type Store} from '../../source/store/store.js';
import {openStore} from '../../source/store/open-store.js';
import {cluster} from '../config/load.js';

export const config = `timezone: Europe/Berlin
clusters:
${cluster('fra1').replace('https://fra1.example.net:8006', 'https://127.0.0.1:1')}templates:
  debian-12: [{cluster: fra1, vmid: 9000}]
packages:
  kvm-s: {cores: 1, memoryMib: 1024}
  kvm-v4: {cores: 1, ipv4: 1}
pools:
  - {name: fra1-v4, cluster: fra1, bridge: vmbr0, gateway: 203.0.113.1, prefix: 24, first: 203.0.113.10, last: 203.0.113.19}
`;

/** How a call ended and what it said. */
export type Said = {readonly code: number; readonly out: string; readonly err: string; readonly json: () => any};

export type Shell = {
	readonly folder: string;
	readonly file: string;
	/** Runs a command line, with the words on standard input if there are any. */
	readonly cronsole: (line: string | readonly string[], more?: Partial<Io> & {readonly stdin?: string | Uint8Array}) => Promise<Said>;
	/** Sends a signal to the call that listens. */
	readonly send: (signal: Signal) => void;
	/** What was printed so far by a call that still runs. */
	readonly soFar: () => string;
	/** The database behind it, opened beside the calls. */
	readonly openStore: () => Promise<Store>;
	/** What `openApp`, the console and the demo were asked for. */
	readonly asked: {settings?: Settings; actor?: Actor; isReadOnly?: boolean; console?: Flags; demo?: Flags};
};

/** A person's shell with a config and a database of its own; every call is a whole command line on a real app. */
export const createShell = (text = config): Shell => {
	const folder = mkdtempSync(path.join(os.tmpdir(), 'cronsole-commands-'));
	onTestFinished(() => {
		rmSync(folder, {recursive: true});
	});
	const file = path.join(folder, 'cronsole.yaml');
	writeFileSync(file, text);
	chmodSync(file, 0o600);
	const asked: Shell['asked'] = {};
	let heard = new Set<(signal: Signal) => void>();
	let printed = '';

	return {
		folder,
		file,
		asked,
		soFar: () => printed,
		send(signal) {
			for (const hear of heard) {
				hear(signal);
			}
		},
		async openStore() {
			const store = await openStore({path: path.join(folder, 'state', 'cronsole', 'cronsole.db'), clock: systemClock});
			onTestFinished(async () => store.close());
			return store;
		},
		async cronsole(line, {stdin = '', ...more} = {}) {
			let error = '';
			printed = '';
			heard = new Set();
			const code = await run(typeof line === 'string' ? line.split(' ').filter(word => word !== '') : line, {
				stdout(part) {
					printed += part;
				},
				stderr(part) {
					error += part;
				},
				readStdin: async () => Buffer.from(stdin),
				ask: async () => '',
				env: {
					HOME: folder, CRONSOLE_CONFIG: file, XDG_STATE_HOME: path.join(folder, 'state'), USER: 'anna', SSH_CONNECTION: '192.0.2.7 50000 192.0.2.1 22',
				},
				isTerminal: false,
				version: '1.2.3',
				clock: systemClock,
				onSignal(hear) {
					heard.add(hear);
					return () => {
						heard.delete(hear);
					};
				},
				async openApp(options): Promise<App> {
					Object.assign(asked, options);
					return openApp(options);
				},
				async openConsole(_app, flags) {
					asked.console = flags;
					return 0;
				},
				async runDemo(flags) {
					asked.demo = flags;
					return 0;
				},
				...more,
			});
			const out = printed;
			return {
				code, out, err: error, json: () => JSON.parse(out),
			};
		},
	};
};

/** An order with nothing wrong, as JSON. */
export const order = (more: Readonly<Record<string, unknown>> = {}): string => JSON.stringify({
	reference: 'whmcs-1', hostname: 'web1.example.net', cluster: 'fra1', template: 'debian-12', package: 'kvm-s', client: {name: 'Ada', email: 'ada@example.org'}, ...more,
});
