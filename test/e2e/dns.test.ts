import fs from 'node:fs';
import {setTimeout as sleep} from 'node:timers/promises';
import {
	afterAll,
	beforeAll,
	describe,
	expect,
	test,
} from 'vitest';
import {order, program, start} from '../support/program.js';
import {
	addressesOf,
	createWorld,
	goneOf,
	genericOf,
	hasNameServers,
	lead,
	namesOf,
	reverse,
	settled,
	type World,
} from './dns-world.js';

const stateOf = ({dns}: any, type: string): string => dns.find((record: any) => record.type === type)?.state;

describe.runIf(hasNameServers)('names of VMs on a real PowerDNS and a real BIND, beside a daemon', () => {
	let world: World;

	const ask = async (vm: any) => world.ask(vm.hostname, addressesOf(vm));

	beforeAll(async () => {
		world = await createWorld(40);
		await lead(world);
	}, 600_000);

	afterAll(async () => world?.remove());

	test('twenty VMs that are ordered at once are all answered for, forward and reverse, in both families', async () => {
		const all = Array.from({length: 20}, (_, index) => index + 1);
		// Every fourth in the zone that PowerDNS takes by signed updates.
		const vms = await world.deployAll(all.map(index => ({index, hostname: `vm${index}.example.${index % 4 === 0 ? 'org' : 'net'}`})));
		await settled(world);
		expect(await Promise.all(vms.map(async vm => ask(vm)))).toEqual(vms.map(vm => namesOf(vm)));
		expect(await world.done(['dns', 'debts'])).toBe('nothing is owed');
		expect(await world.dump('example.net')).toHaveLength(30);
		expect(await world.dump('example.org')).toHaveLength(10);
	}, 600_000);

	test('a VM is ready though its name servers are dead; what is owed is said, and paid by itself once they are back', async () => {
		await Promise.all([world.pdns.stop(), world.bind.stop()]);
		const vm = await world.deploy('late');
		expect(vm).toMatchObject({status: 'ready', needsAttention: null});
		expect(vm.dns.map(({type, state}: any) => `${type} ${state}`)).toEqual(expect.arrayContaining(['A owed', 'AAAA owed', 'PTR owed']));
		const [debts, shown, told] = await Promise.all([world.debts(), world.done(['vm', 'show', 'order-late']), world.done(['vm', 'dns', 'order-late'])]);
		await Promise.all([world.pdns.restart(), world.bind.restart()]);
		expect(debts).toHaveLength(4);
		for (const debt of debts) {
			expect(debt).toMatchObject({
				vm: vm.id, hostname: 'vmlate.example.net', state: 'owed', error: expect.stringMatching(/refused|answer|reach|econn/i), nextAttemptAt: expect.any(String),
			});
		}

		expect(shown).toMatch(/dns.*owed/);
		expect(told).toMatch(/vmlate\.example\.net A in example\.net on powerdns: .+\n {2}owed for .*tried next: /);
		await settled(world);
		expect(await ask(vm)).toEqual(namesOf(vm));
	}, 600_000);

	test('a VM\'s names follow it: other names, one more address, one less, and its end; somebody else\'s TXT stays', async () => {
		await world.pdns.put({
			zone: 'example.net', name: 'vmlife.example.net', type: 'TXT', content: '"v=spf1 -all"',
		});
		const vm = await world.deploy('life');
		const [first, v6] = addressesOf(vm) as [string, string];
		// A record that the daemon itself is paying at that moment counts as owed.
		const call = async (...words: readonly string[]): Promise<string> => {
			const out = await world.done(['vm', 'rdns', 'order-life', ...words, '--wait=180s']);
			await settled(world);
			return out;
		};

		await call(first, 'Mail.example.org.');
		expect(await call(first, 'mail.example.org')).toMatch(/already/);
		await call(v6.replace('2001:db8:9::', '2001:0DB8:0009:0:0:0:0:'), 'mail6.example.org');
		const given = {[first]: 'mail.example.org', [v6]: 'mail6.example.org'};
		expect(await ask(vm)).toEqual(namesOf(vm, given));
		await call(v6, 'default');
		const kept = {[first]: 'mail.example.org'};
		expect(await ask(vm)).toEqual(namesOf(vm, kept));
		expect(await world.run(['vm', 'rdns', 'order-life', '10.9.7.7', 'x.example.org'])).toMatchObject({code: expect.any(Number), err: expect.stringContaining('no address')});

		await world.done(['vm', 'change', 'order-life', '--wait=180s'], JSON.stringify({overrides: {ipv4: 2}}));
		const more = await world.show('order-life');
		expect(addressesOf(more)).toHaveLength(3);
		expect(await ask(more)).toEqual(namesOf(more, kept));
		await world.done(['vm', 'change', 'order-life', '--wait=180s'], JSON.stringify({overrides: {ipv4: 1}}));
		const less = await world.show('order-life');
		const gone = addressesOf(more).find(address => !addressesOf(less).includes(address));
		expect(await ask(less)).toEqual(namesOf(less, kept));
		expect(await reverse(world.bind.server, gone!)).toEqual([genericOf(gone!)]);

		await world.done(['vm', 'terminate', 'order-life', '--yes', '--wait=180s']);
		await settled(world);
		expect(await world.ask('vmlife.example.net', addressesOf(more))).toEqual(goneOf(addressesOf(more)));
		expect(await world.pdns.see('vmlife.example.net', 'TXT')).toEqual(['v=spf1 -all']);
	}, 600_000);

	test('check says that each zone is well, and which key is wrong; no secret is ever said', async () => {
		const well = await world.run(['check']);
		expect(`${well.code} ${well.err}`, well.out).toBe('0 ');
		for (const zone of ['example.net on powerdns', 'example.org on rfc2136', '9.10.in-addr.arpa on rfc2136', '8.b.d.0.1.0.0.2.ip6.arpa on rfc2136']) {
			expect(well.out).toMatch(new RegExp(`^ok +zone ${zone.replaceAll('.', String.raw`\.`)}`, 'm'));
		}

		const {pdns, bind} = world;
		const wrong = `${world.folder}/wrong.yaml`;
		const [wrongKey, wrongSecret] = ['not-the-key-at-all', Buffer.from('not the secret of it').toString('base64')];
		fs.writeFileSync(wrong, fs.readFileSync(world.config, 'utf8').replaceAll(pdns.apiKey, () => wrongKey).replaceAll(bind.key.secret, () => wrongSecret), {mode: 0o600});
		const checked = start(program, ['--config', wrong, 'check']);
		expect(await checked.exited).toBe(1);
		const out = checked.lines.join('\n');
		expect(out).toMatch(/^failed +zone example\.net on powerdns/m);
		expect(out).toMatch(/^ok +zone example\.org on rfc2136/m);
		expect(out).toMatch(/^failed +zone 9\.10\.in-addr\.arpa on rfc2136/m);

		const said = [world.said(), out, ...checked.errors, fs.readFileSync(world.database, 'latin1'), fs.readFileSync(`${world.database}-wal`, 'latin1')].join('\n');
		for (const secret of [pdns.apiKey, pdns.keySecret, bind.key.secret, wrongKey, wrongSecret]) {
			expect(said.includes(secret), `a secret was said: ${secret}`).toBe(false);
		}
	}, 600_000);
});

describe.runIf(hasNameServers)('without any daemon', () => {
	test('a run of Process VMs, as cron starts it, deploys beside a dead name server; a later one pays, with a line each', async () => {
		const world = await createWorld(40);
		try {
			expect(await world.run(['vm', 'create'], order(1))).toMatchObject({code: 0});
			await world.pdns.stop();
			await world.done(['--run-task=process_vms', '--wait=180s']);
			const vm = await world.show('order-1');
			expect([vm.status, stateOf(vm, 'A'), stateOf(vm, 'PTR')]).toEqual(['ready', 'owed', 'done']);
			await world.pdns.restart();
			const [{nextAttemptAt}] = await world.debts();
			// What is said is cut to the second.
			await sleep(Math.max(0, Date.parse(nextAttemptAt) + 1000 - Date.now()));
			expect(await world.done(['--run-task=process_vms', '--wait=180s'])).toContain('vm1.example.net A in example.net on powerdns: written');
			expect(await world.debts()).toEqual([]);
			expect(await world.ask(vm.hostname, addressesOf(vm))).toEqual(namesOf(vm));
			expect(await world.done(['--run-task=process_vms', '--wait=180s'])).not.toContain(' in example.net on ');
		} finally {
			await world.remove();
		}
	}, 600_000);
});
