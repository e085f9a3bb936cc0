import {randomBytes} from 'node:crypto';
import {onTestFinished} from 'vitest';
import {type App, openApp} from '../../source/app.js';
import {loadSettings} from '../../source/config.js';
import {systemClock} from '../../source/domain/clock.js';
import {type Settings} from '../../source/domain/settings.js';
import {type Answer} from '../../source/intake/answer.js';
import {type Answering, createAnswering} from '../../source/intake/create-answering.js';
import {createGate, type IntakeRequest} from '../../source/intake/gate.js';
import {sign} from '../../source/intake/signature.js';
import {type Store} from '../../source/store/store.js';
import {config as shellConfig, createShell, type Shell} from '../commands/shell.js';

export const secret = 'a secret of the billing system, long enough';
export const otherSecret = 'another secret, of somebody else who may order';

export const keys = (more = ''): string => `intake: {keys: {whmcs: "${secret}", shop: "${otherSecret}"}${more}}\n`;

/** With sites on a panel that is never asked. */
export const config = `${shellConfig}installs:\n  panels:\n    web1: {kind: command, command: [/nowhere/provision]}\n`;

/** What goes into a request beside what is signed by default. */
export type Own = {
	readonly key?: string;
	readonly secret?: string;
	readonly timestamp?: number | string;
	readonly nonce?: string;
	readonly signature?: string;
	readonly headers?: Readonly<Record<string, string | undefined>>;
	/** Instead of the JSON. */
	readonly raw?: string | Uint8Array;
};

/** A request as a billing system signs it. */
export const requestOf = (method: string, path: string, body?: unknown, own: Own = {}): IntakeRequest => {
	const text = own.raw ?? (body === undefined ? '' : JSON.stringify(body));
	const {key = 'whmcs', nonce = randomBytes(16).toString('hex'), timestamp = Math.floor(Date.now() / 1000)} = own;
	const bytes = typeof text === 'string' ? Buffer.from(text) : text;
	const signature = own.signature ?? sign(own.secret ?? secret, {
		method, path, timestamp: String(timestamp), nonce, body: bytes,
	});
	return {
		method, path, body: bytes, address: '192.0.2.9', headers: {
			'x-cronsole-key': key, 'x-cronsole-timestamp': String(timestamp), 'x-cronsole-nonce': nonce, 'x-cronsole-signature': signature,
			...method === 'POST' && {'content-type': 'application/json'}, ...own.headers,
		},
	};
};

export type World = {
	readonly shell: Shell;
	readonly app: App;
	readonly store: Store;
	readonly answering: Answering;
	/** Signs, sends and answers. */
	readonly send: (method: string, path: string, body?: unknown, own?: Own) => Promise<Answer & {readonly body: any}>;
	readonly order: (body: unknown, own?: Own) => Promise<Answer & {readonly body: any}>;
};

/** A daemon's intake without its server, on a database of its own. */
export const createWorld = async (text = `${config}${keys()}`, adjust: (settings: Settings) => Settings = settings => settings): Promise<World> => {
	const shell = createShell(text);
	const store = await shell.openStore();
	const settings = await loadSettings({file: shell.file, databaseFlag: store.place, env: {}});
	const app = await openApp({settings: adjust(settings), actor: {name: 'daemon', address: null}, isReadOnly: false});
	onTestFinished(async () => app.close());
	const answering = createAnswering({app, clock: systemClock, gate: createGate({...app, clock: systemClock})});
	const send: World['send'] = async (method, path, body, own) => answering(requestOf(method, path, body, own));
	return {
		shell, app, store, answering, send, order: async (body, own) => send('POST', '/v1/orders', body, own),
	};
};

/** An order of a VM with nothing wrong. */
export const vmOrder = (more: Readonly<Record<string, unknown>> = {}) => ({
	reference: 'whmcs-77', hostname: 'web77.example.net', cluster: 'fra1', template: 'debian-12', package: 'kvm-s', client: {name: 'Ada', email: 'ada@example.org'}, mail: false, ...more,
});

export const siteOrder = (more: Readonly<Record<string, unknown>> = {}) => ({
	reference: 'whmcs-901', panel: 'web1', application: 'static', domain: 'shop.example.org', account: 'shop', plan: 'starter',
	client: {name: 'Ada', email: 'ada@example.org'}, title: 'My shop', adminUser: 'ada', adminEmail: 'ada@example.org', ...more,
});

export const newVm = {
	orderKey: 'CreateAccount:77:1', action: 'create', kind: 'vm', service: {id: 77, client: 5}, order: vmOrder(),
} as const;

export const newSite = {
	orderKey: 'CreateAccount:901:1', action: 'create', kind: 'site', service: {id: 901, client: 5}, order: siteOrder(),
} as const;

/** Another action on the VM of `newVm`. */
export const onVm = (action: string, orderKey: string, more: Readonly<Record<string, unknown>> = {}) => ({
	orderKey, action, kind: 'vm', reference: 'whmcs-77', ...more,
});
