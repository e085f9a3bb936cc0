import {readFileSync, writeFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {keepDoing} from './deployed.js';
import {deployNamed, namedConfig} from './named.js';

const foreignA = '198.51.100.1 stands there, which cronsole did not make';

const recordOf = (type: string, more: Readonly<Record<string, unknown>> = {}) => expect.objectContaining({type, ...more}) as unknown;

describe('vm dns', () => {
	test('shows what is wanted, where, and how it stands; what is owed with why, when next, and what helps', async () => {
		const {cronsole, vm, want, settle} = await deployNamed();
		await want();
		await settle('A', 'foreign', foreignA);
		await settle('PTR', 'owed', 'powerdns: no answer', 3);
		const {code, out} = await cronsole('vm dns whmcs-1');
		expect(code).toBe(0);
		expect(out.trimEnd().split('\n')).toEqual([
			'NAME                       TYPE  WANTED            WHERE                               STATE',
			'10.113.0.203.in-addr.arpa  PTR   web1.example.net  113.0.203.in-addr.arpa on powerdns  owed',
			'web1.example.net           A     203.0.113.10      example.net on powerdns             foreign',
			`web1.example.net A in example.net on powerdns: ${foreignA}`,
			expect.stringMatching(/^ {2}foreign for \w+; tried next: in (?:4m|3m\d+s)$/),
			`  helps: cronsole dns set v${vm.id} once that was removed, or cronsole dns adopt v${vm.id}`,
			'10.113.0.203.in-addr.arpa PTR in 113.0.203.in-addr.arpa on powerdns: powerdns: no answer',
			expect.stringMatching(/^ {2}owed for \w+, tried 3 times; tried next: in (?:4m|3m\d+s)$/),
			'  helps: cronsole check',
		]);
	});

	test('as JSON has exactly the keys that scripts know', async () => {
		const {cronsole, vm, want, settle} = await deployNamed();
		await want();
		await settle('A', 'done');
		await settle('PTR', 'owed', 'no answer');
		const iso = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as unknown;
		expect((await cronsole('vm dns whmcs-1 --json')).json()).toEqual({
			id: `v${vm.id}`,
			hostname: 'web1.example.net',
			records: [
				{
					name: '10.113.0.203.in-addr.arpa', type: 'PTR', values: ['web1.example.net'], zone: '113.0.203.in-addr.arpa', nameServer: 'powerdns',
					state: 'owed', error: 'no answer', attempt: 1, nextAttemptAt: iso, since: iso,
				},
				{
					name: 'web1.example.net', type: 'A', values: ['203.0.113.10'], zone: 'example.net', nameServer: 'powerdns',
					state: 'done', error: null, attempt: 0, nextAttemptAt: null, since: iso,
				},
			],
			zoneless: [],
		});
	});

	test('says which names no zone holds, and what was never asked for', async () => {
		const {cronsole, vm} = await deployNamed(namedConfig().replace(/ {2}- \{zone: 113.*\n/, ''));
		expect((await cronsole('vm dns whmcs-1')).out).toBe(`web1.example.net has no records in DNS
not asked for yet: web1.example.net A in example.net on powerdns; helps: cronsole dns set v${vm.id}
no zone for 203.0.113.10
`);
		expect((await cronsole('vm dns whmcs-1 --json')).json()).toMatchObject({records: [], zoneless: ['203.0.113.10']});
		expect((await cronsole('vm show whmcs-1')).out).toContain('  dns        nothing asked for yet\n');
	});

	test('of a removed VM shows what is still owed, and that nothing is once it was paid', async () => {
		const {cronsole, want, settle, remove} = await deployNamed();
		await want();
		await settle('A', 'done');
		await settle('PTR', 'done');
		await remove();
		const owed = await cronsole('vm dns whmcs-1');
		expect(owed.out).toContain('10.113.0.203.in-addr.arpa  PTR   203-0-113-10.pool.example.net');
		expect(owed.out).toContain('web1.example.net           A     nothing');
		expect(owed.out).not.toContain('no zone');
		expect((await cronsole('vm explain whmcs-1')).out).toContain('dns        2 of 2 owed: ');
		expect((await cronsole('dns debts --json')).json().debts).toHaveLength(2);
		await settle('A', 'done');
		await settle('PTR', 'done');
		expect((await cronsole('vm dns whmcs-1')).out).toBe('web1.example.net was removed, and nothing of it is owed in DNS\n');
	});
});

describe('vm show, list and explain', () => {
	test('say that everything is written', async () => {
		const {cronsole, want, settle} = await deployNamed();
		await want();
		await settle('A', 'done');
		await settle('PTR', 'done');
		expect((await cronsole('vm show whmcs-1')).out).toContain('  dns        2 records written\n');
		expect((await cronsole('vm explain whmcs-1')).out).not.toContain('dns');
		expect((await cronsole('vm show whmcs-1 --json')).json()).toMatchObject({
			needsAttention: null, addresses: [{address: '203.0.113.10', ptr: null}], dns: [recordOf('PTR', {state: 'done'}), recordOf('A', {state: 'done'})],
		});
	});

	test('name a record that needs a person, though the VM is held up by nothing', async () => {
		const {cronsole, vm, store, want, settle} = await deployNamed();
		await want();
		await settle('A', 'foreign', foreignA);
		await settle('PTR', 'done');
		const help = `cronsole dns set v${vm.id} once that was removed, or cronsole dns adopt v${vm.id}`;
		const shown = await cronsole('vm show whmcs-1');
		expect(shown.out).toContain(`  dns        1 of 2 foreign: web1.example.net A: ${foreignA}\n`);
		expect(shown.out).toContain(`  doing      nothing\n  helps      ${help}\n`);
		expect((await cronsole('vm explain whmcs-1')).out).toMatch(new RegExp(`doing      nothing: it is ready\n  dns        1 of 2 foreign: .*; tried next: in (?:4m|3m\\d+s)\n  helps      ${help}\n`));
		expect((await cronsole('vm explain whmcs-1 --json')).json()).toMatchObject({waitsFor: null, command: null, dns: [recordOf('A', {state: 'foreign'})]});
		const need = {
			reason: `DNS: web1.example.net A: ${foreignA}; remove that, or take it over with \`cronsole dns adopt v${vm.id}\``,
			since: expect.stringMatching(/Z$/),
			command: `cronsole dns set v${vm.id}`,
		};
		expect((await cronsole('vm show whmcs-1 --json')).json().needsAttention).toEqual(need);
		expect((await cronsole('vm list --json')).json().vms).toMatchObject([{needsAttention: need, dns: [recordOf('PTR'), recordOf('A')]}]);
		await expect(cronsole('vm stop whmcs-1')).resolves.toMatchObject({code: 0});

		await store.write(async ({vms}) => vms.setAttention(vm.id, {reason: 'the disk is full', since: Date.now(), command: 'df'}));
		expect((await cronsole('vm show whmcs-1 --json')).json().needsAttention).toMatchObject({reason: 'the disk is full', command: 'df'});
		expect((await cronsole('vm show whmcs-1')).out).toContain('  helps      df\n');
	});

	test('show a name that a person gave, and what is only owed as no need', async () => {
		const {cronsole, settle} = await deployNamed();
		await cronsole('vm rdns whmcs-1 203.0.113.10 Mail.Example.org.');
		await settle('PTR', 'owed', 'no\u{1B}[2J\n\u{202E}answer');
		await settle('A', 'done');
		const {out} = await cronsole('vm show whmcs-1');
		expect(out).toContain('203.0.113.10/24 (fra1-v4, mail.example.org)');
		expect(out).toContain('  dns        1 of 2 owed: 10.113.0.203.in-addr.arpa PTR: no ⏎ answer\n');
		expect(out).not.toContain('helps');
		for (const line of ['vm dns whmcs-1', 'vm explain whmcs-1', 'dns debts']) {
			expect((await cronsole(line)).out).toContain('no ⏎ answer');
		}

		expect((await cronsole('vm show whmcs-1 --json')).json()).toMatchObject({needsAttention: null, addresses: [{ptr: 'mail.example.org'}]});
	});
});

test('dns debts lists everybody\'s, the longest-owed first, and says where nothing is owed', async () => {
	const {cronsole, vm, want, settle} = await deployNamed();
	await expect(cronsole('dns debts')).resolves.toMatchObject({code: 0, out: 'nothing is owed\n'});
	expect((await cronsole('dns debts --json')).json()).toEqual({debts: []});
	await want();
	await settle('A', 'refused', 'NOTAUTH');
	await settle('PTR', 'done');
	const {out} = await cronsole('dns debts');
	expect(out.split('\n', 1)[0]).toMatch(/^VM +HOSTNAME +NAME +TYPE +WANTED +WHERE +STATE +FOR +NEXT +WHY$/);
	expect(out).toMatch(new RegExp(String.raw`^v${vm.id} +web1\.example\.net +web1\.example\.net +A +203\.0\.113\.10 +example\.net on powerdns +refused +\w+ +in (?:4m|3m\d+s) +NOTAUTH$`, 'm'));
	const {debts} = (await cronsole('dns debts --json')).json();
	expect(debts).toMatchObject([{
		vm: `v${vm.id}`, hostname: 'web1.example.net', cluster: 'fra1', name: 'web1.example.net', type: 'A', state: 'refused', error: 'NOTAUTH',
	}]);
});

test('a VM without addresses has nothing in DNS yet, one of a host without zones nothing at all', async () => {
	const {cronsole, store, vm, file} = await deployNamed();
	await store.write(async ({addresses}) => addresses.release(vm.id, '203.0.113.10', Date.now(), 0));
	expect((await cronsole('vm show whmcs-1')).out).toContain('  dns        nothing asked for yet\n');
	expect((await cronsole('vm dns whmcs-1')).out).toBe('web1.example.net has no records in DNS\n');
	writeFileSync(file, readFileSync(file, 'utf8').replaceAll('zone: example.net', 'zone: example.com'));
	expect((await cronsole('vm show whmcs-1')).out).toContain('  dns        no zone for web1.example.net\n');
	await expect(cronsole('dns set whmcs-1')).resolves.toMatchObject({code: 0, out: expect.stringContaining('there is nothing to write')});
	writeFileSync(file, readFileSync(file, 'utf8').replace(/^dns:\n[\s\S]*$/m, ''));
	expect((await cronsole('vm show whmcs-1')).out).not.toContain('dns');
});

describe('the verbs', () => {
	test('are asked for once, by every kind of REF, and answer with the operation', async () => {
		const {cronsole, vm, listOpen} = await deployNamed();
		const said = await cronsole('vm rdns fra1/10000 203.0.113.10 mail.example.org --json');
		expect([said.code, said.json()]).toMatchObject([0, {
			id: `v${vm.id}`, changed: true, operation: {kind: 'dns', state: 'waiting'}, addresses: [{ptr: 'mail.example.org'}], dns: [recordOf('PTR', {values: ['mail.example.org']}), recordOf('A')],
		}]);
		expect(said.err).toContain('nobody leads');
		for (const line of ['dns set whmcs-1', `dns set v${vm.id}`, 'vm retry web1.example.net', 'vm rdns whmcs-1 203.0.113.10 mail.example.org']) {
			const again = await cronsole(`${line} --json`);
			expect([again.code, again.json()]).toMatchObject([0, {changed: false, operation: {id: said.json().operation.id}}]);
		}

		await expect(listOpen()).resolves.toHaveLength(1);
		expect((await cronsole('vm rdns whmcs-1 203.0.113.10 default')).out).toBe('web1.example.net: 203.0.113.10 is called web1.example.net from now on\n');
		await expect(cronsole('dns adopt whmcs-1 --yes')).resolves.toMatchObject({code: 0, out: 'web1.example.net: taking over its DNS records asked for after the present operation\n'});
	});

	test('to take over is confirmed with the hostname, or with --yes', async () => {
		const {cronsole, listOpen} = await deployNamed();
		await expect(cronsole('dns adopt whmcs-1')).resolves.toMatchObject({code: 2, err: expect.stringMatching(/not confirmed, nothing was done\nadd --yes to take over what others made under its names/)});
		await expect(cronsole('dns adopt whmcs-1', {isTerminal: true, ask: async () => 'web2.example.net'})).resolves.toMatchObject({code: 2});
		await expect(listOpen()).resolves.toEqual([]);
		await expect(cronsole('dns adopt whmcs-1', {isTerminal: true, ask: async () => 'web1.example.net'})).resolves.toMatchObject({code: 0});
		await expect(listOpen()).resolves.toMatchObject([{kind: 'dns', params: {takesOver: true}}]);
	});

	test('are refused in two lines', async () => {
		const {cronsole, listOpen} = await deployNamed();
		for (const [line, wrong, remedy] of [
			['vm rdns whmcs-1 203.0.113.99 mail.example.org', 'web1.example.net has no address 203.0.113.99', 'it has 203.0.113.10'],
			['vm rdns whmcs-1 203.0.113.10 my_mail.example.org', 'name: my_mail.example.org is no DNS name of a host', 'write labels of letters, digits and hyphens'],
			['vm rdns whmcs-1 203.0.113.10', 'vm rdns needs more words', 'write cronsole vm rdns REF IP NAME|default'],
			['vm rdns whmcs-1 203.0.113.10 a.example.org --read-only', 'vm rdns changes something', 'nothing was done'],
			['dns set nobody', 'there is no VM nobody', 'write a reference'],
			['dns sett whmcs-1', 'unknown command: dns sett', 'did you mean dns set?'],
		] as const) {
			const {code, out, err} = await cronsole(line);
			const lines = err.trimEnd().split('\n');
			expect([code, out, lines.length]).toEqual([2, '', 2]);
			expect(lines[0]).toContain(wrong);
			expect(lines[1]).toContain(remedy);
		}

		await expect(listOpen()).resolves.toEqual([]);
	});

	test('with --wait end with 1 while something is owed, and with 0 once it is written', async () => {
		const {cronsole, vm, want, settle, finishAll} = await deployNamed();
		await want();
		await settle('A', 'foreign', foreignA);
		await settle('PTR', 'done');
		keepDoing(finishAll);
		await expect(cronsole('dns set whmcs-1 --wait=20s')).resolves.toMatchObject({
			code: 1, err: expect.stringContaining(`v${vm.id}: in DNS 1 of 2 foreign: web1.example.net A: ${foreignA}; see \`cronsole vm dns v${vm.id}\`\n`),
		});
		await settle('A', 'done');
		await expect(cronsole('dns set whmcs-1 --wait=20s')).resolves.toMatchObject({code: 0, out: expect.stringContaining('is ready, running')});
	});
});
