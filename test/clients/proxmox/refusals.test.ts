import {
	describe,
	expect,
	onTestFinished,
	test,
} from 'vitest';
import {ClientError} from '../../../source/clients/client-error.js';
import {type Proxmox} from '../../../source/clients/proxmox/proxmox.js';
import {tokenSecret} from '../../support/cluster-settings.js';
import {reply, startHttpsServer} from '../../support/https-server.js';
import {always, connectTo} from '../../support/proxmox-fixture.js';

type Refusal = {readonly status: number; readonly statusText?: string; readonly message?: string; readonly errors?: Readonly<Record<string, string>>};

const vm = {node: 'pve1', vmid: 5001};

/** What the client makes of a refusal; without a message in the body, as before 8.3. */
const meet = async ({status, statusText = 'Refused', message, errors}: Refusal, call: (proxmox: Proxmox) => Promise<unknown>): Promise<ClientError> => {
	const server = await startHttpsServer((_, response) => {
		const isBare = message === undefined && errors === undefined;
		reply(response, {
			status, statusText, body: isBare ? '' : JSON.stringify({data: null, message, errors}), headers: {connection: 'close'},
		});
	});
	onTestFinished(server.close);
	const [{status: outcome, reason}] = await Promise.allSettled([call(connectTo([server]).guardedBy(always))]) as [PromiseRejectedResult];
	expect(outcome).toBe('rejected');
	expect(reason).toBeInstanceOf(ClientError);
	return reason as ClientError;
};

const read = async (proxmox: Proxmox) => proxmox.getVmConfig(vm);
const change = async (proxmox: Proxmox) => proxmox.setVmConfig(vm, {cores: 2});
const ofCluster = async (proxmox: Proxmox) => proxmox.listResources();

describe('what a refusal means', () => {
	test.each([
		['a refused token', {status: 401, statusText: 'Authentication failed!'}, read, 'denied', 'cluster'],
		['a missing privilege', {status: 403, message: 'Permission check failed (/vms/5001, VM.Audit)\n'}, read, 'denied', 'item'],
		['a node that is down, on a read', {status: 595, statusText: 'Connection refused'}, read, 'transient', 'node'],
		['a node that is down, on a change: nothing was done', {status: 595, statusText: 'Connection refused'}, change, 'transient', 'node'],
		['a node that hangs, on a read', {status: 596, statusText: 'Connection timed out'}, read, 'transient', 'node'],
		['a node that hangs, on a change', {status: 596, statusText: 'Connection timed out'}, change, 'unknown-outcome', 'node'],
		['a peer that closed in the middle of a change', {status: 596, statusText: 'Broken pipe'}, change, 'unknown-outcome', 'node'],
		['a peer certificate that the asked node does not know', {status: 596, statusText: 'tls_process_server_certificate: certificate verify failed'}, change, 'transient', 'node'],
		['too many redirections', {status: 599, statusText: 'Too many redirections'}, change, 'unknown-outcome', 'node'],
		['trouble without a node in the path', {status: 595, statusText: 'Connection refused'}, ofCluster, 'transient', 'cluster'],
		['a node name that the cluster does not know', {status: 500, message: 'hostname lookup \'pve9\' failed - failed to get address info for: pve9\n'}, read, 'transient', 'node'],
		['a cluster without quorum', {status: 500, message: 'cluster not ready - no quorum?\n'}, change, 'no-quorum', 'cluster'],
		['a read-only /etc/pve', {status: 500, message: 'unable to open file \'/etc/pve/nodes/pve1/qemu-server/5001.conf.tmp.81\' - Permission denied\n'}, change, 'no-quorum', 'cluster'],
		['a locked VM', {status: 500, message: 'VM is locked (backup)\n'}, change, 'locked', 'item'],
		['a lock file that others held', {status: 500, message: 'can\'t lock file \'/var/lock/qemu-server/lock-5001.conf\' - got timeout\n'}, change, 'transient', 'item'],
		['a VM that is not there, without a body', {status: 500, statusText: 'Configuration file \'nodes/pve1/qemu-server/5001.conf\' does not exist'}, read, 'missing', 'item'],
		['a task that is not there', {status: 400, message: 'Parameter verification failed.\n', errors: {upid: 'no such task'}}, read, 'missing', 'item'],
		['a wrong parameter', {status: 400, message: 'Parameter verification failed.\n', errors: {cores: 'type check (\'integer\') failed - got \'x\''}}, change, 'rejected', 'item'],
		['a call that does not exist', {status: 501, message: 'Method \'PUT /nodes\' not implemented\n'}, change, 'rejected', 'item'],
		['a name that is taken', {status: 500, message: 'unable to create VM 5001: config file already exists\n'}, change, 'rejected', 'item'],
		['a config that somebody changed', {status: 500, message: 'checksum mismatch (file change by other user?)\n'}, change, 'transient', 'item'],
		['a text that nobody knows', {status: 500, message: 'something odd\n'}, change, 'transient', 'item'],
		['a gateway between that gave up on a change', {status: 504}, change, 'unknown-outcome', 'item'],
		['a gateway between that has nobody to ask', {status: 503}, change, 'transient', 'item'],
		['a server that is no Proxmox', {status: 404, statusText: 'Not Found'}, read, 'transient', 'cluster'],
	] as const)('%s', async (...[, refusal, call, kind, scope]) => {
		expect(await meet(refusal, call)).toMatchObject({
			kind, scope, status: refusal.status, peer: 'fra1',
		});
	});

	test('the reason in the body is preferred to the status line, and each wrong parameter is named', async () => {
		const {message} = await meet({
			status: 400, statusText: 'Parameter verification failed.', message: 'Parameter verification failed.\n', errors: {name: 'not a name\n', foo: 'unknown'},
		}, change);
		expect(message).toBe('Parameter verification failed: name: not a name; foo: unknown (400 to PUT /nodes/pve1/qemu/5001/config)');
		expect((await meet({status: 500, statusText: 'short', message: 'long and whole, für alle\n'}, change)).message).toBe('long and whole, für alle');
		expect((await meet({status: 500, statusText: 'VM is locked (clone)'}, change)).message).toBe('VM is locked (clone)');
	});

	test('a refused token says which token and what to look at', async () => {
		const {message} = await meet({status: 401, statusText: 'Authentication failed!'}, read);
		expect(message).toMatch(/^Authentication failed! .*cronsole@pve!ops.*expired/);
	});

	test('no message holds a secret or a control character, whatever the server quotes', async () => {
		const error = await meet({status: 500, message: `no \u{1B}[31m${tokenSecret}\u{7} for hunter22\u{202E}\r\nsecond line\n`}, async proxmox => proxmox.setVmConfig(vm, {cipassword: 'hunter22'}));
		expect(error.message).toBe('no •••• for •••• ⏎ second line');
		expect(JSON.stringify(error)).not.toContain(tokenSecret);
	});

	test('a refusal without any reason still says what was asked', async () => {
		const {message} = await meet({status: 501, statusText: ' '}, change);
		expect(message).toBe('no reason given (501 to PUT /nodes/pve1/qemu/5001/config)');
	});
});
