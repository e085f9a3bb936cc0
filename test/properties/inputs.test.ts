import {writeFileSync} from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {stringify} from 'yaml';
import {ConfigInvalid, loadSettings} from '../../source/config.js';
import {configTemplate} from '../../source/config/template.js';
import {readJson} from '../../source/commands/words/read-json.js';
import {installOrderSchema} from '../../source/intents/install-order.js';
import {orderFields, orderSchema} from '../../source/intents/order-schema.js';
import {compareOrders, orderToKeep, readOrder} from '../../source/intents/read-order.js';
import {Refused} from '../../source/intents/refused.js';
import {cluster, temporaryFolder} from '../config/load.js';
import {runs, seed} from './seed.js';

const anyText = fc.string({unit: 'binary', maxLength: 60});
const anything = fc.anything({
	withNullPrototype: true, withBigInt: false, maxDepth: 3, key: fc.oneof(anyText, fc.constantFrom('__proto__', 'constructor', 'name', 'cluster', 'email')),
});

const label = fc.stringMatching(/^[\da-z](?:[\d\-a-z]{0,10}[\da-z])?$/).map(text => `${text[0]!.toUpperCase()}${text.slice(1)}`);
const client = fc.record({name: fc.stringMatching(/^[A-Z][\w '\-.äéöü]{0,30}[a-z]$/u), email: fc.stringMatching(/^[a-z][\w+\-.]{0,20}@[a-z]{1,10}\.example$/)});
const goodOrder = fc.record({
	reference: fc.stringMatching(/^[a-z][\w#+\-.:=@]{2,40}$/).filter(text => !/^v?\d+$/i.test(text)),
	hostname: fc.array(label, {minLength: 1, maxLength: 4}).map(labels => [...labels, 'example'].join('.')),
	cluster: fc.constant('fra1'), template: fc.constant('debian-12'), package: fc.constant('kvm-s'), client,
	overrides: fc.record({cores: fc.integer({min: 1, max: 8}), memoryMib: fc.integer({min: 512, max: 8192})}, {requiredKeys: []}),
	user: fc.stringMatching(/^[_a-z][\w\-.]{0,20}$/), password: fc.oneof(fc.constant(null), fc.string({unit: 'grapheme-ascii', minLength: 5, maxLength: 40})),
	backup: fc.record({mon: fc.constant('02:30'), sun: fc.constant('23:59')}, {requiredKeys: []}), mail: fc.boolean(), timezone: fc.constantFrom(null, 'UTC', 'Europe/Berlin'),
}, {requiredKeys: ['reference', 'hostname', 'cluster', 'template', 'package', 'client']});

const expectRefusal = (read: () => unknown): void => {
	try {
		read();
	} catch (error) {
		expect(error).toBeInstanceOf(Refused);
		expect((error as Refused).hint).not.toBe('');
		expect((error as Refused).message).not.toMatch(/\p{Control}/u);
	}
};

describe(`orders (seed ${seed})`, () => {
	test('that are good are read, mean the same when they are read again, and differ in nothing from what was kept of them', () => {
		fc.assert(fc.property(goodOrder, order => {
			const text = JSON.stringify(order);
			const read = readOrder(readJson(text, ''));
			expect(readOrder(read)).toEqual(read);
			expect(compareOrders(orderToKeep(order), JSON.parse(text))).toEqual([]);
			expect(typeof order.password === 'string' && JSON.stringify(orderToKeep(order)).includes(JSON.stringify(order.password).slice(1, -1))).toBe(false);
		}), runs(250));
	});

	test('with anything in one field are read or refused, never anything else; the same of a site\'s', () => {
		fc.assert(fc.property(goodOrder, fc.constantFrom(...Object.keys(orderFields), '__proto__', 'constructor', ''), anything, (order, field, value) => {
			expectRefusal(() => readOrder({...order, [field]: value}));
		}), runs(600));
		fc.assert(fc.property(anything, given => {
			expectRefusal(() => readOrder(given));
			expect([true, false]).toContain(installOrderSchema.safeParse(given).success);
		}), runs(600));
		expect(Object.keys(Object.prototype)).toEqual([]);
	});

	test('that are any text at all are JSON or refused, and what is read is what JSON says', () => {
		fc.assert(fc.property(fc.oneof(anyText, fc.json(), fc.stringMatching(/^[\d",:[\\\]a-z{}]{0,60}$/)), text => {
			expectRefusal(() => {
				expect(readJson(text, 'write JSON')).toEqual(JSON.parse(text));
			});
		}), runs(1200));
	});

	test('name nothing but what a path, a header, a shell or a name server takes for a name', () => {
		fc.assert(fc.property(anyText, text => {
			for (const field of ['hostname', 'node', 'user', 'reference'] as const) {
				const {success, data} = orderFields[field].safeParse(text);
				expect(!success || /^[\w#+\-.:=@]*$/.test(String(data))).toBe(true);
				expect(success && /^-|\.\./.test(String(data)) && field !== 'reference' && field !== 'user').toBe(false);
			}

			expect(orderSchema.shape.client.safeParse({name: 'A', email: text}).success && /[\s"(),:;<>[\\\]]/.test(text)).toBe(false);
		}), runs(1200));
	});
});

describe(`the config (seed ${seed})`, () => {
	const load = async (file: string, text: string): Promise<void> => {
		writeFileSync(file, text, {mode: 0o600});
		try {
			const settings = await loadSettings({file, env: {HOME: path.dirname(file), NAME: 'x'}});
			expect(settings.file).toBe(file);
		} catch (error) {
			expect(error).toBeInstanceOf(ConfigInvalid);
			for (const problem of (error as ConfigInvalid).problems) {
				expect(problem.startsWith(file)).toBe(true);
				expect(problem.slice(file.length)).toMatch(/^:\d+: ./s);
			}
		}
	};

	const good = `timezone: UTC\nclusters:\n${cluster('fra1')}templates:\n  debian-12: [{cluster: fra1, vmid: 9000}]\npackages:\n  kvm-s: {cores: 1, ipv4: 1}\npools:\n  - {name: p, cluster: fra1, bridge: vmbr0, gateway: 203.0.113.1, prefix: 24, first: 203.0.113.10, last: 203.0.113.19}\ndns:\n  - {zone: example.net, provider: powerdns, url: "http://127.0.0.1:1", apiKey: x}\nmail: {smtp: "smtp://127.0.0.1:25", from: "a <a@example.net>"}\n`;

	test('of any text is settings or a list of problems, each with its file and line', async () => {
		const file = path.join(temporaryFolder(), 'cronsole.yaml');
		await fc.assert(fc.asyncProperty(fc.constantFrom(good, good, configTemplate), fc.nat(4000), fc.nat(12), fc.oneof(anyText, fc.constantFrom('\t', ': ', '- ', '&a ', '*a', '!!js ', '{', ']', '|', '\0', '<<: *a', '? ', '%', '---\n')), async (text, at, length, put) => {
			const place = at % text.length;
			await load(file, text.slice(0, place) + put + text.slice(place + length));
		}), runs(120));
	});

	test('of any values is settings or a list of problems', async () => {
		const file = path.join(temporaryFolder(), 'cronsole.yaml');
		const section = fc.constantFrom('database', 'timezone', 'clusters', 'templates', 'packages', 'pools', 'dns', 'mail', 'alerts', 'installs', 'terminate', 'snapshots', 'backups', 'shutdownTimeout', 'tasks', 'scheduler', 'retention');
		const value = fc.anything({maxDepth: 3, withBigInt: false, key: fc.oneof(section, anyText, fc.constantFrom('name', 'cluster', 'env', '__proto__', 'kind'))});
		await fc.assert(fc.asyncProperty(fc.dictionary(section, value), async sections => {
			await load(file, stringify(sections, {aliasDuplicateObjects: false}));
		}), runs(120));
	});
});
