import {writeFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {createShell, order} from './shell.js';

test.each([
	['not UTF-8', Buffer.from(order({client: {name: 'Ad\u{E4}', email: 'ada@example.org'}}), 'latin1'), 'the order: it is not UTF-8'],
	['longer than any order', Buffer.alloc((1024 * 1024) + 1, 0x20), 'the order: it is longer than 1 MiB'],
	['nested without end', '['.repeat(100_000) + ']'.repeat(100_000), 'the order must be a map of keys'],
	['with a key twice', `{"reference": "whmcs-2", ${order().slice(1)}`, 'reference: this key stands there twice'],
	['with a key twice inside', order().replace('"name"', '"email": "eve@example.org", "name"'), 'email: this key stands there twice'],
	['with a prototype', `{"__proto__": {"reference": "x"}, ${order().slice(1)}`, '__proto__: unknown key'],
	['with a second recipient', order({client: {name: 'Ada', email: 'ada@example.org\nBcc: eve@example.org'}}), 'client.email: must be an e-mail address'],
	['with a short password', order({password: 'abc'}), 'password: must have at least 5 characters'],
	['with a list for a text', order({cluster: []}), 'cluster: must be a text'],
	['with a name that every object has', order({package: 'constructor'}), 'package: there is no constructor'],
])('an order %s is refused, and nothing is written', async (_what, stdin, wrong) => {
	const {cronsole} = createShell();
	const {code, out, err} = await cronsole('vm create --file -', {stdin});
	expect([code, out]).toEqual([2, '']);
	expect(err.split('\n', 1)[0]!.split(/, |; /, 1)[0]).toBe(wrong);
	expect((await cronsole('vm list --json')).json()).toEqual({vms: []});
});

test('an order with a byte order mark is an order', async () => {
	const {cronsole} = createShell();
	await expect(cronsole('vm create', {stdin: `\u{FEFF}${order()}`})).resolves.toMatchObject({code: 0});
});

test('a --wait that is no duration is refused before the order is written', async () => {
	const {cronsole} = createShell();
	await expect(cronsole('vm create --wait=soon', {stdin: order()})).resolves.toMatchObject({code: 2, out: '', err: expect.stringContaining('--wait: soon is no duration')});
	expect((await cronsole('vm list --json')).json()).toEqual({vms: []});
});

test('no error of the config brings control characters onto the screen', async () => {
	const {cronsole, file} = createShell();
	writeFileSync(file, 'time\u{1B}[31mzone: UTC\n');
	const {code, err} = await cronsole('status');
	expect(code).toBe(2);
	expect(err).not.toContain('\u{1B}');
	expect(err).toContain('cronsole.yaml:1: timezone: unknown key');
	expect((await cronsole('status --json')).json().error.message).not.toContain('\u{1B}');
});
