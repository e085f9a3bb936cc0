import {expect, onTestFinished, test} from 'vitest';
import {
	makeCertificate,
	refusingUrl,
	reply,
	startHttpsServer,
} from '../../support/https-server.js';
import {createListener, password, requestOf} from './listener.js';
import {openWhm, serveWhm} from './whm-fixture.js';
import {accessDenied, loginPage} from './whm-server.js';

const plain = (host: string): string => `http://${host}`;

test.each([
	['401 with the login page', {status: 401, body: loginPage}],
	['403 in the words of an older API', {status: 403, body: accessDenied}],
	['200 with the login page', {status: 200, body: loginPage}],
])('a refused token that is answered by %s is a matter of the whole panel, whether it was to look or to change', async (_, answer) => {
	const server = await serveWhm();
	const panel = openWhm(server);
	for (const on of ['accountsummary', 'createacct']) {
		server.faults.push({on, answer});
		await expect(panel.ask(requestOf('create-account'), createListener())).rejects.toMatchObject({kind: 'denied', scope: 'cluster', message: expect.stringContaining('refuses our token') as string});
	}

	expect(server.world.users.size).toBe(0);
});

test.each([
	['another page', {status: 200, body: '<html><body>It works!</body></html>'}],
	['JSON without metadata', {status: 200, body: '{"cpanelresult":{}}'}],
	['an error of a gateway', {status: 502, body: '<html>Bad gateway</html>'}],
])('%s instead of an answer: a look may go better later, of a change nobody knows', async (_, answer) => {
	const server = await serveWhm();
	const panel = openWhm(server);
	server.faults.push({on: 'accountsummary', answer});
	await expect(panel.ask(requestOf('create-account'), createListener())).rejects.toMatchObject({kind: 'transient', scope: 'cluster'});
	server.faults.push({on: 'createacct', answer});
	await expect(panel.ask(requestOf('create-account'), createListener())).rejects.toMatchObject({kind: 'unknown-outcome', scope: 'item'});
});

test('a redirect is not followed, so that nobody else sees the token', async () => {
	const server = await serveWhm();
	const elsewhere = await startHttpsServer((_, response) => {
		reply(response);
	});
	onTestFinished(elsewhere.close);
	server.faults.push({on: 'createacct', answer: {status: 301, body: '', headers: {location: elsewhere.url}}});
	await expect(openWhm(server).ask(requestOf('create-account'), createListener())).rejects.toMatchObject({kind: 'transient', scope: 'cluster', message: expect.stringContaining('it sends us on to') as string});
	expect(elsewhere.requests).toEqual([]);
});

test('a certificate of another fingerprint is not spoken to, nor one that nobody signed', async () => {
	const server = await serveWhm();
	const {fingerprint} = await makeCertificate();
	await expect(openWhm(server, {fingerprints: [fingerprint]}).check()).rejects.toMatchObject({kind: 'transient', scope: 'cluster', message: expect.stringMatching(/not in this panel's `fingerprints`/) as string});
	await expect(openWhm(server, {fingerprints: []}).check()).rejects.toThrow(/signed by nobody that we know: set `fingerprints`/);
	expect(server.requests).toEqual([]);
});

test('the token goes over TLS only, but for a tunnel that ends on this machine', async () => {
	const server = await serveWhm();
	await expect(openWhm(server, {url: plain('web3.example.net:2086')}).check()).rejects.toThrow(/cannot be reached/);
	const {port} = new URL(await refusingUrl());
	await expect(openWhm(server, {url: plain(`127.0.0.1:${port}`)}).check()).rejects.toThrow('it cannot be reached: connection refused');
});

test('a panel that cannot be reached is in trouble as a whole, and nothing was begun', async () => {
	const server = await serveWhm();
	await expect(openWhm(server, {url: await refusingUrl()}).ask(requestOf('create-account'), createListener())).rejects.toMatchObject({kind: 'transient', scope: 'cluster', message: 'it cannot be reached: connection refused'});
});

test('a request ends in time, whatever the panel does', async () => {
	const server = await serveWhm();
	const panel = openWhm(server, {timeoutMs: 1500});
	server.faults.push({on: 'accountsummary', answer: 'hang'});
	await expect(panel.ask(requestOf('create-account'), createListener())).rejects.toMatchObject({kind: 'transient', scope: 'cluster'});
	server.faults.push({on: 'createacct', answer: 'done-then-hang'});
	await expect(panel.ask(requestOf('create-account'), createListener())).rejects.toMatchObject({kind: 'unknown-outcome', scope: 'item', message: expect.stringContaining('no answer within') as string});
	server.world.isHeld = true;
	await expect(panel.ask(requestOf('install'), createListener())).rejects.toMatchObject({kind: 'unknown-outcome', message: 'it was begun, and had not ended after 1.5 s'});
});

test('that we stop is no fault of the panel', async () => {
	const server = await serveWhm();
	const stop = new AbortController();
	server.faults.push({
		on: 'accountsummary', answer: 'hang', before() {
			stop.abort();
		},
	});
	await expect(openWhm(server).ask(requestOf('create-account'), createListener({signal: stop.signal}))).rejects.toMatchObject({kind: 'transient', scope: 'item'});
});

test('the guard is asked before each call, also in the middle', async () => {
	const server = await serveWhm();
	let calls = 0;
	const guard = () => {
		calls++;
		if (calls > 1) {
			throw new Error('the lease is another\'s');
		}
	};

	await expect(openWhm(server).ask(requestOf('create-account'), createListener({guard}))).rejects.toThrow('the lease is another\'s');
	expect(server.asked).toEqual(['accountsummary']);
});

test('neither the token nor the password stands in an error that quotes them', async () => {
	const server = await serveWhm();
	server.faults.push({on: 'accountsummary', answer: {status: 200, body: JSON.stringify({metadata: {result: 0, reason: `whm root:${server.token} ${new URLSearchParams({password}).toString()} \u{1B}[31mred`}})}});
	const error = await openWhm(server).ask(requestOf('inspect'), createListener()).catch((error: unknown) => error as Error);
	expect(error).toMatchObject({message: 'accountsummary: whm root:•••• password=•••• red'});
});

test('an older cPanel is doubtful: it has accounts, and no sites', async () => {
	const server = await serveWhm();
	server.faults.push({on: 'version', answer: {status: 200, body: JSON.stringify({metadata: {result: 1}, data: {version: '11.126.0.5'}})}});
	const panel = openWhm(server);
	expect(panel.title).toBe(`WHM root@${new URL(server.url).host}`);
	await expect(panel.check()).resolves.toEqual(['its cPanel is 11.126.0.5: accounts can be made, but sites are installed from 11.138 on']);
	await expect(panel.check()).resolves.toEqual([]);
});
