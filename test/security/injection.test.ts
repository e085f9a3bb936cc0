import {
	chmodSync,
	existsSync,
	readFileSync,
	writeFileSync,
} from 'node:fs';
import path from 'node:path';
import {describe, expect, test} from 'vitest';
import {csvLine} from '../../source/commands/print/csv-line.js';
import {createShell, order} from '../commands/shell.js';
import {site} from '../commands/installing.js';
import {problemsOf, temporaryFolder} from '../config/load.js';

const hostile = ['-oProxyCommand=touch$IFS/tmp/pwned', '--help', '-x', '../../etc', 'a/b', 'a\nb', 'a\r\nBcc: eve@example.org', 'a\0b', '$(reboot)', 'a b', 'a;b', '\'', '"', '`', 'a\u{202E}b'];

const panelConfig = (command: readonly string[]): string => `installs: {panels: {web1: {kind: command, command: ${JSON.stringify(command)}}}}\n`;

describe('an order', () => {
	test.for(hostile)('is refused with %j as a name that somebody acts upon', async word => {
		const {cronsole} = createShell(panelConfig(['/bin/false']));
		for (const field of ['domain', 'account', 'adminUser', 'adminEmail', 'panel', 'application', 'reference', 'url']) {
			const {code, out} = await cronsole('install add --file -', {stdin: site({[field]: word})});
			expect([field, code, out]).toEqual([field, 2, '']);
		}

		for (const field of ['reference', 'hostname', 'node', 'user', 'cluster', 'template', 'package', 'timezone']) {
			const {code, out} = await cronsole('vm create --file -', {stdin: order({[field]: word})});
			expect([field, code, out]).toEqual([field, 2, '']);
		}
	});

	test('gives a panel\'s program its words on standard input alone: what it is called with is the config\'s', async () => {
		const folder = temporaryFolder();
		const program = path.join(folder, 'panel');
		const seen = path.join(folder, 'seen');
		writeFileSync(program, `#!/bin/sh\nprintf '[%s]' "$@" >> ${seen}\nrequest=$(cat)\nprintf '%s\\n' "$request" >> ${seen}.in\necho '{"ok": true, "changed": [], "state": {"account": false, "site": "absent"}}'\n`);
		chmodSync(program, 0o755);
		const {cronsole} = createShell(panelConfig([program, '--as', 'given']));
		const title = '"; $(touch pwned) `touch pwned` \' -oProxyCommand=x {{ 7 | times: 7 }}';
		const {code} = await cronsole('install add --file -', {
			stdin: site({
				application: 'static', title, plan: '--plan; touch pwned', client: {name: '-n $(id)', email: 'ada@example.org'},
			}),
		});
		expect(code).toBe(0);
		expect(readFileSync(seen, 'utf8').replaceAll('[--as][given]', '')).toBe('');
		expect(readFileSync(`${seen}.in`, 'utf8')).toContain(JSON.stringify(title).slice(1, -1));
		expect(existsSync('pwned')).toBe(false);
	});
});

test('the config takes no host of ssh that ssh would take for a flag', async () => {
	const row = (host: string): string => `installs: {panels: {web2: {kind: ssh, host: ${JSON.stringify(host)}, user: u, identity: /k, knownHosts: /h, command: provision}}}\n`;
	for (const host of ['-oProxyCommand=x', '-', 'a b', 'u@h', 'a\nb', '']) {
		expect(await problemsOf(row(host))).toEqual([expect.stringContaining('must be a hostname or an address')]);
	}
});

test('a daemon\'s line is one JSON object in one line, whatever a message has in it', async () => {
	const {cronsole, send, soFar} = createShell('clusters: []\n');
	const running = cronsole(['--daemon', '--as', '{"at":0} "x" \\']);
	await expect.poll(() => soFar()).toContain('"started"');
	send('SIGTERM');
	await running;
	const lines = soFar().trimEnd().split('\n');
	expect(lines.every(line => typeof JSON.parse(line).event === 'string')).toBe(true);
});

test('a spreadsheet takes no text of a CSV file for a formula, and a number stays one', () => {
	expect(csvLine(['=cmd|\' /C calc\'!A0', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', 'plain', -5])).toBe('\'=cmd|\' /C calc\'!A0,\'+1,\'-1,\'@SUM(A1),\'\t=1,"\'\r=1",plain,-5');
});
