import {expect, onTestFinished, test} from 'vitest';
import {startNameServer} from '../../source/simulation/name-server.js';
import {deployNamed, namedConfig, zones} from './named.js';

const pointer = '10.113.0.203.in-addr.arpa';

/** A name server with both zones, and a shell beside a VM whose records belong there. */
const createWorld = async () => {
	const server = await startNameServer({zones, apiKey: 'key-of-powerdns'});
	onTestFinished(server.close);
	const named = await deployNamed(namedConfig(server.url));
	return {
		...named, server, run: async () => named.cronsole('--run-task=process_vms --wait=10s'),
	};
};

test('the name that a person gives an address is on the name server after the next run, and the default after the one after', async () => {
	const {cronsole, server, run} = await createWorld();
	await cronsole('vm rdns whmcs-1 203.0.113.10 mail.example.org');
	await run();
	expect(server.see(pointer, 'PTR')).toEqual(['mail.example.org.']);
	expect(server.see('web1.example.net', 'A')).toEqual(['203.0.113.10']);
	expect((await cronsole('vm show whmcs-1 --json')).json()).toMatchObject({operation: null, needsAttention: null, dns: [{type: 'PTR', state: 'done'}, {type: 'A', state: 'done'}]});
	expect((await cronsole('dns debts')).out).toBe('nothing is owed\n');
	await cronsole('vm rdns whmcs-1 203.0.113.10 default');
	await run();
	expect(server.see(pointer, 'PTR')).toEqual(['web1.example.net.']);
	await expect(cronsole('vm rdns whmcs-1 203.0.113.10 default')).resolves.toMatchObject({code: 0, out: 'web1.example.net: 203.0.113.10 is called web1.example.net already\n'});
});

test('a record that somebody else made is left alone and named, until it is removed or taken over', async () => {
	const {cronsole, server, run, vm} = await createWorld();
	const theirs = {
		zone: 'example.net', name: 'web1.example.net', type: 'A', content: '198.51.100.1',
	};
	server.put(theirs);
	await cronsole('dns set whmcs-1');
	await run();
	expect(server.see('web1.example.net', 'A')).toEqual(['198.51.100.1']);
	expect(server.see(pointer, 'PTR')).toEqual(['web1.example.net.']);
	const shown = (await cronsole('vm show whmcs-1 --json')).json();
	expect(shown).toMatchObject({status: 'ready', operation: null, needsAttention: {reason: expect.stringContaining('198.51.100.1'), command: `cronsole dns set v${vm.id}`}});
	expect((await cronsole('vm show whmcs-1')).out).toContain('  dns        1 of 2 foreign: web1.example.net A: ');

	server.remove('web1.example.net', 'A');
	await cronsole('dns set whmcs-1');
	await run();
	expect(server.see('web1.example.net', 'A')).toEqual(['203.0.113.10']);

	server.remove('web1.example.net', 'A');
	server.put(theirs);
	await cronsole('dns set whmcs-1');
	await run();
	expect(server.see('web1.example.net', 'A')).toEqual(['198.51.100.1']);
	await cronsole('dns adopt whmcs-1 --yes');
	await run();
	expect(server.see('web1.example.net', 'A')).toEqual(['203.0.113.10']);
	expect((await cronsole('vm show whmcs-1 --json')).json()).toMatchObject({needsAttention: null, dns: [{state: 'done'}, {state: 'done'}]});
});

test('what a name server that is away is owed is shown without its key, and paid by a retry once it is back', async () => {
	const {cronsole, server, run} = await createWorld();
	await server.faults.refuse();
	await cronsole('vm rdns whmcs-1 203.0.113.10 mail.example.org');
	await run();
	const owed = await cronsole('vm dns whmcs-1');
	expect(owed.out.match(/\bowed for\b/g)).toHaveLength(2);
	expect(owed.out).not.toContain('key-of-powerdns');
	expect((await cronsole('dns debts --json')).json().debts).toMatchObject([{state: 'owed'}, {state: 'owed'}]);
	await server.faults.accept();
	await expect(cronsole('vm retry whmcs-1')).resolves.toMatchObject({code: 0, out: 'web1.example.net: 2 DNS records are tried again\n'});
	await run();
	expect(server.see(pointer, 'PTR')).toEqual(['mail.example.org.']);
	expect((await cronsole('vm dns whmcs-1')).out).not.toContain('owed');
});

test('who waits for a name in DNS waits for whoever is at its records by then, and is told what came of it', async () => {
	const {cronsole, store, vm, want, settle} = await deployNamed();
	await want();
	await settle('A', 'done');
	await settle('PTR', 'done');
	const finish = async () => {
		const [open] = await store.read.operations.listOpen(vm.id);
		await store.write(async ({operations}) => operations.finish(open!.id, 'done', Date.now()));
	};

	for (const [state, error, end] of [['done', undefined, {code: 0}], ['refused', 'not in my zone', {code: 1, err: expect.stringContaining('in DNS 1 of 2 refused: 10.113.0.203.in-addr.arpa PTR: not in my zone') as string}]] as const) {
		const waiting = cronsole(`vm rdns whmcs-1 203.0.113.10 ${state}.example.org --wait=20s`);
		await expect.poll(async () => (await store.read.operations.listOpen(vm.id)).length).toBe(1);
		await want();
		await finish();
		expect(await Promise.race([waiting, new Promise(resolve => {
			setTimeout(resolve, 1500, 'waits');
		})])).toBe('waits');
		await settle('PTR', state, error);
		expect(await waiting).toMatchObject(end);
	}
});
