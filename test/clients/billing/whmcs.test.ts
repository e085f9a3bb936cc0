import {execFileSync} from 'node:child_process';
import {expect, onTestFinished, test} from 'vitest';
import {type BillingSystem} from '../../../source/clients/billing/billing.js';
import {serialize} from '../../../source/clients/billing/php-serialize.js';
import {createWhmcs} from '../../../source/clients/billing/whmcs.js';
import {createSecret} from '../../../source/config/secret.js';
import {systemClock} from '../../../source/domain/clock.js';
import {makeCertificate, refusingUrl} from '../../support/https-server.js';
import {hasPhpCurl} from '../../support/whmcs.js';
import {startWhmcs, type WhmcsServer} from '../../support/whmcs-server.js';

const open = (server: Pick<WhmcsServer, 'url' | 'fingerprint' | 'login'>, changes: Readonly<Record<string, unknown>> = {}): BillingSystem => {
	const whmcs = createWhmcs({
		url: `${server.url}/includes/api.php`, identifier: createSecret(server.login.identifier), secret: createSecret(server.login.secret), accessKey: null,
		fingerprints: [server.fingerprint], timeoutMs: 5000, emails: {}, ...changes,
	}, {clock: systemClock});
	onTestFinished(whmcs.close);
	return whmcs;
};

const facts = {
	status: 'Active', domain: 'web1.example.net', user: 'root', addresses: ['203.0.113.10', '2001:db8::10'],
} as const;

test('a service gets its status, name, user and addresses; the same again changes nothing', async () => {
	const server = await startWhmcs();
	server.services.set(77, {});
	const whmcs = open(server);
	await whmcs.updateService(77, facts);
	await whmcs.updateService(77, facts);
	expect(server.services.get(77)).toEqual({
		status: 'Active', domain: 'web1.example.net', serviceusername: 'root', dedicatedip: '203.0.113.10', assignedips: '2001:db8::10',
	});
	await expect(whmcs.updateService(78, facts)).rejects.toMatchObject({kind: 'rejected', message: 'UpdateClientProduct: WHMCS says Service ID Not Found'});
	await whmcs.updateService(77, {...facts, status: 'Terminated', addresses: []});
	expect(server.services.get(77)).toMatchObject({status: 'Terminated', dedicatedip: '', assignedips: ''});
});

test('a line goes into its log beside its client, a letter by a template of its own with our variables', async () => {
	const server = await startWhmcs();
	const whmcs = open(server);
	await whmcs.log('web1.example.net needs a person: the storage is full', 5);
	await whmcs.log('cronsole was set up', null);
	expect(server.lines).toEqual([{description: 'web1.example.net needs a person: the storage is full', clientid: '5'}, {description: 'cronsole was set up', clientid: null}]);
	await whmcs.sendEmail(77, {template: 'VPS ready', variables: {hostname: 'wéb', password: 'geheim', addresses: [{family: 4, address: '203.0.113.10'}, {family: 6, address: '2001:db8::10'}]}});
	expect(server.letters).toEqual([{
		messagename: 'VPS ready', id: '77',
		customvars: 'a:3:{s:8:"hostname";s:4:"wéb";s:8:"password";s:6:"geheim";s:9:"addresses";s:26:"203.0.113.10, 2001:db8::10";}',
	}]);
	await expect(whmcs.sendEmail(77, {template: 'Gone', variables: {}})).rejects.toMatchObject({kind: 'rejected', message: 'SendEmail: WHMCS says Email Template not found'});
});

test.each([
	['address', /says Invalid IP 203\.0\.113\.9: allow that address in WHMCS .*accessKey/],
	['role', /its API role lacks that action/],
	['login', /Authentication Failed: look at `whmcs.identifier` and `whmcs.secret`/],
] as const)('what it answers with 403 (%s) holds for all of it, and says what helps', async (fault, words) => {
	const server = await startWhmcs();
	server.fault.current = fault;
	await expect(open(server).updateService(77, facts)).rejects.toMatchObject({
		kind: 'denied', scope: 'cluster', status: 403, message: expect.stringMatching(words) as string,
	});
});

test('whatever is wrong with it, no secret of ours is in the words', async () => {
	const server = await startWhmcs();
	for (const fault of ['address', 'role', 'login', 'maintenance', 'error', 'hang-up', 'busy'] as const) {
		server.fault.current = fault;
		const error = await open(server).sendEmail(77, {template: 'VPS ready', variables: {password: 'geheim'}}).catch(String);
		expect(error).toMatch(/SendEmail: /);
		expect(error).not.toMatch(/geheim|secret-of-the-api|identifier-of-the-api/);
	}
});

test('what may be asked twice is tried again; of a letter without an answer nobody knows', async () => {
	const server = await startWhmcs();
	server.services.set(77, {});
	const whmcs = open(server);
	for (const fault of ['maintenance', 'error', 'hang-up'] as const) {
		server.fault.current = fault;
		await expect(whmcs.updateService(77, facts), fault).rejects.toMatchObject({kind: 'transient', scope: 'cluster'});
		await expect(whmcs.log('a line', null), fault).rejects.toMatchObject({kind: 'transient'});
		await expect(whmcs.sendEmail(77, {template: 'VPS ready', variables: {}}), fault).rejects.toMatchObject({kind: 'unknown-outcome', scope: 'item'});
	}

	server.fault.current = 'busy';
	await expect(whmcs.sendEmail(77, {template: 'VPS ready', variables: {}})).rejects.toMatchObject({kind: 'transient', scope: 'cluster', retryAfterMs: 7000});
	await expect(open({...server, url: await refusingUrl()}).sendEmail(77, {template: 'VPS ready', variables: {}})).rejects.toMatchObject({kind: 'transient', scope: 'cluster', message: expect.stringContaining('cannot be reached') as string});
});

test('a look at it says whether it may be told, and changes nothing', async () => {
	const server = await startWhmcs();
	server.services.set(77, {});
	await open(server).check();
	expect(server.services).toEqual(new Map([[77, {}]]));
	for (const fault of ['role', 'login', 'error'] as const) {
		server.fault.current = fault;
		await expect(open(server).check(), fault).rejects.toThrow(/UpdateClientProduct: WHMCS/);
	}
});

test('somebody else\'s certificate is not spoken to', async () => {
	const server = await startWhmcs();
	const {fingerprint} = await makeCertificate();
	await expect(open(server, {fingerprints: [fingerprint]}).updateService(77, facts)).rejects.toMatchObject({kind: 'transient', scope: 'cluster', message: expect.stringMatching(/not in this WHMCS's `fingerprints`/) as string});
	expect(server.requests).toEqual([]);
});

test.skipIf(!hasPhpCurl())('PHP itself reads what we serialize', () => {
	const value = {
		0: 'a', '-7': 1, '007': 'kept', name: 'wéb "quoted"; s:3', yes: true, no: false, none: null, half: 0.5, list: ['x', 2, ['y']], '': '',
	};
	const read = execFileSync('php', ['-r', 'echo json_encode(unserialize(stream_get_contents(STDIN)));'], {input: serialize(value), encoding: 'utf8'});
	expect(JSON.parse(read)).toEqual(value);
});
