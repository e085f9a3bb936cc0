import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import BetterSqlite from 'better-sqlite3';
import {
	afterAll,
	beforeAll,
	beforeEach,
	describe,
	expect,
	test,
} from 'vitest';
import {freePort} from '../support/pdns.js';
import {
	createInstallation,
	until,
	type Installation,
	type Running,
} from '../support/program.js';
import {createWhmcs, hasPhpCurl, type Whmcs} from '../support/whmcs.js';
import {hasFaketime} from './wall-clock.js';

const secret = 'a-secret-that-only-the-two-of-them-know';

/** Between the module and the daemon: keeps what was sent, and cuts the line before an answer if it is told to. */
const startEavesdropper = async (to: number) => {
	const sent: Buffer[] = [];
	let isCut = false;
	const server = net.createServer(client => {
		const upstream = net.connect(to, '127.0.0.1');
		const end = (): void => {
			client.destroy();
			upstream.destroy();
		};

		client.on('data', chunk => {
			sent.push(chunk);
			upstream.write(chunk);
		}).on('error', end).on('close', end);
		upstream.on('data', chunk => {
			if (isCut) {
				end();
			} else {
				client.write(chunk);
			}
		}).on('error', end).on('close', end);
	});
	await new Promise<void>(resolve => {
		server.listen(0, '127.0.0.1', resolve);
	});
	return {
		port: (server.address() as net.AddressInfo).port,
		cut(whether: boolean) {
			isCut = whether;
		},
		takeSent: () => Buffer.concat(sent.splice(0)),
		close: async () => new Promise<void>(resolve => {
			server.close(() => {
				resolve();
			});
		}),
	};
};

/** Sends bytes as they are; what came back. */
const sendRaw = async (port: number, bytes: Buffer): Promise<string> => new Promise((resolve, reject) => {
	const chunks: Buffer[] = [];
	const socket = net.connect(port, '127.0.0.1', () => {
		socket.write(bytes);
	});
	socket.setTimeout(5000, () => {
		socket.destroy();
	});
	socket.on('data', chunk => {
		chunks.push(chunk);
		if (Buffer.concat(chunks).includes('}\n') || Buffer.concat(chunks).toString().trimEnd().endsWith('}')) {
			socket.end();
		}
	}).on('close', () => {
		resolve(Buffer.concat(chunks).toString());
	}).on('error', reject);
});

describe.skipIf(!hasPhpCurl() || !hasFaketime())('the server module of WHMCS, by a real php, and a real daemon', () => {
	let here: Installation;
	let whmcs: Whmcs;
	let daemon: Running;
	let port: number;

	const startDaemon = async (): Promise<void> => {
		daemon = here.daemon(['--intake', `127.0.0.1:${port}`]);
		await until('the daemon leads', () => daemon.lines.some(line => line.includes('leading')));
	};

	const show = async (service: number): Promise<any> => here.json(['vm', 'show', `whmcs-${service}`]);
	const standsAs = async (service: number, status: string): Promise<any> => until(`whmcs-${service} is ${status}`, async () => {
		const vm = await show(service);
		return vm.status === status && vm.operation === null ? vm : false;
	}, 90_000, 300);
	const ordersOf = (service: number): readonly string[] => {
		const db = new BetterSqlite(here.database, {readonly: true});
		try {
			return db.prepare('select action from intake_orders where service_id = ? order by id').pluck().all(service) as string[];
		} finally {
			db.close();
		}
	};

	beforeAll(async () => {
		here = await createInstallation({
			simulator: ['--speed', '40'],
			extra: `intake: {keys: {whmcs: "${secret}"}}\n`,
		});
		port = await freePort();
		const folder = path.join(here.folder, 'whmcs');
		fs.mkdirSync(folder);
		whmcs = createWhmcs(folder, {port, key: 'whmcs', secret});
		await startDaemon();
	});

	beforeEach(() => {
		whmcs.server({port, key: 'whmcs', secret});
	});

	afterAll(async () => here?.remove());

	test('an order becomes a VM; the same again is the same, another under its reference is refused, and no secret is in the module\'s log', async () => {
		expect(await whmcs.call('TestConnection')).toEqual({success: true, error: ''});
		expect(await whmcs.call('CreateAccount', 77)).toBe('success');
		expect(await whmcs.call('CreateAccount', 77)).toBe('success');
		const vm = await standsAs(77, 'ready');
		expect(vm).toMatchObject({reference: 'whmcs-77', hostname: 'vm77.example.net', cluster: 'fra1'});
		expect(await whmcs.call('CreateAccount', 77, {domain: 'other.example.net'})).toMatch(/whmcs-77/);
		const {vms} = await here.truth();
		expect(vms.filter(({config}) => config.name === 'vm77.example.net')).toHaveLength(1);
		expect(await whmcs.call('AdminServicesTabFields', 77)).toMatchObject({Status: 'ready', Addresses: vm.addresses[0].address});
		expect(await whmcs.call('ClientArea', 77)).toMatchObject({templateVariables: {standing: {Status: 'ready'}}});
		expect(whmcs.log()).toContain('POST /v1/orders');
		expect(whmcs.log()).not.toContain(secret);
		expect(whmcs.kept(77)).toEqual({'cronsole order': ''});
	});

	test('what it cannot send is told in words: another secret, a clock that is off, a product without a package, a name that is none', async () => {
		whmcs.server({secret: `${secret}!`});
		expect(await whmcs.call('SuspendAccount', 77)).toMatch(/not signed by a key that is known/);
		expect(await whmcs.call('TestConnection')).toMatchObject({success: false, error: expect.stringMatching(/not signed by a key/)});
		whmcs.server({secret});
		expect(await whmcs.call('SuspendAccount', 77, {}, ['faketime', '-f', '+10m'])).toMatch(/clock/);
		expect(await whmcs.call('CreateAccount', 78, {configoption4: ''})).toMatch(/does not say which package/);
		expect(await whmcs.call('CreateAccount', 78, {domain: 'no name', configoptions: {cores: 'many'}})).toMatch(/cores/);
		expect(await whmcs.call('CreateAccount', 78, {domain: 'no name', clientsdetails: {firstname: 'Ada', email: 'nobody'}})).toMatch(/hostname: must be[\s\S]*; [\s\S]*email/);
		expect(await whmcs.call('CreateAccount', 78, {configoption2: 'atlantis'})).toMatch(/atlantis/);
		expect(ordersOf(78)).toEqual([]);
		expect((await show(77)).suspended).toEqual([]);
	});

	test('what was overheard is worth nothing: sent again it is refused', async () => {
		const ear = await startEavesdropper(port);
		try {
			whmcs.server({port: ear.port});
			expect(await whmcs.call('SuspendAccount', 77, {suspendreason: 'Overdue on Payment'})).toBe('success');
			const overheard = ear.takeSent();
			const forged = Buffer.from(overheard.toString().replace('whmcs-77', 'whmcs-80'));
			expect(overheard.toString()).toContain('POST /v1/orders');
			expect(overheard.toString()).not.toContain(secret);
			expect(await sendRaw(port, overheard)).toMatch(/^HTTP\/1\.1 409[\s\S]*replay/);
			expect(await sendRaw(port, forged)).toMatch(/^HTTP\/1\.1 401/);
			await until('it is suspended', async () => (await show(77)).suspended.length > 0);
			expect(await whmcs.call('UnsuspendAccount', 77)).toBe('success');
			await until('it is not', async () => (await show(77)).suspended.length === 0);
			// For the second time in its life: another order than the first.
			expect(await whmcs.call('SuspendAccount', 77, {suspendreason: 'Overdue on Payment'})).toBe('success');
			await until('it is suspended again', async () => (await show(77)).suspended.length > 0);
			expect(await whmcs.call('UnsuspendAccount', 77)).toBe('success');
		} finally {
			whmcs.server({port});
			await ear.close();
		}
	});

	test('an answer that is lost, and a daemon that is down: the module says so, and the same order goes through once it is called again', async () => {
		const ear = await startEavesdropper(port);
		try {
			whmcs.server({port: ear.port});
			ear.cut(true);
			expect(await whmcs.call('CreateAccount', 80)).toMatch(/does not answer/);
			expect(whmcs.kept(80)['cronsole order']).toMatch(/:create:80:[\da-f]{16}$/);
		} finally {
			whmcs.server({port});
			await ear.close();
		}

		await daemon.end('SIGKILL');
		expect(await whmcs.call('CreateAccount', 80)).toMatch(/does not answer.*Is its daemon running/);
		expect(await whmcs.call('TerminateAccount', 77)).toMatch(/does not answer/);
		expect(await whmcs.call('ClientArea', 77)).toMatchObject({templateVariables: {standing: {Status: 'not known at the moment'}}});
		expect((await whmcs.metrics()).usage).toEqual([]);
		await startDaemon();
		expect(await whmcs.call('CreateAccount', 80)).toBe('success');
		expect(ordersOf(80)).toEqual(['create']);
		expect(whmcs.kept(80)).toEqual({'cronsole order': ''});
		await standsAs(80, 'ready');
	});

	test('suspended while it is being made it comes to be, suspended; its package changes; terminated twice it is gone once', async () => {
		expect(await whmcs.call('CreateAccount', 81)).toBe('success');
		expect(await whmcs.call('SuspendAccount', 81, {suspendreason: 'Fraud?'})).toBe('success');
		await until('it stands still', async () => (await show(81)).suspended.length > 0, 90_000, 300);
		await standsAs(81, 'ready');
		const real = (await here.truth()).vms.find(({config}) => config.name === 'vm81.example.net');
		expect(real?.status).toBe('stopped');
		expect(await whmcs.call('UnsuspendAccount', 81)).toBe('success');
		expect(await whmcs.call('ChangePackage', 81, {configoptions: {cores: '4', memoryMib: '2048'}})).toBe('success');
		await until('it has four cores', async () => (await show(81)).package.cores === 4, 90_000, 300);
		expect(await whmcs.call('TerminateAccount', 81)).toBe('success');
		expect(await whmcs.call('TerminateAccount', 81)).toBe('success');
		await standsAs(81, 'removed');
		expect(await whmcs.call('TerminateAccount', 81)).toBe('success');
		expect((await here.truth()).vms.some(({config}) => config.name === 'vm81.example.net')).toBe(false);
		expect(await whmcs.call('SuspendAccount', 999)).toMatch(/whmcs-999/);
	});

	test('its metrics are what `usage` says of the running month', async () => {
		for (let look = 0; look < 2; look++) {
			await here.run(['--run-task=collect_statistics', '--wait=60s']);
		}

		const {metrics, usage} = await whmcs.metrics();
		expect(metrics).toEqual([['inbound', 'month'], ['outbound', 'month']]);
		const {usage: rows} = await here.json(['usage']);
		const ours = (rows as ReadonlyArray<{readonly reference: string; readonly hostname: string; readonly in: number; readonly out: number}>).filter(({reference}) => reference.startsWith('whmcs-'));
		expect(ours.length).toBeGreaterThan(1);
		expect(new Set(Object.keys(usage))).toEqual(new Set(ours.map(({hostname}) => hostname)));
		for (const {hostname, in: inBytes, out: outBytes} of ours) {
			expect(Math.round(usage[hostname]!.inbound! * 1e9)).toBe(inBytes);
			expect(Math.round(usage[hostname]!.outbound! * 1e9)).toBe(outBytes);
		}

		expect(Object.keys((await whmcs.metrics('vm80.example.net')).usage)).toEqual(['vm80.example.net']);
	});
});
