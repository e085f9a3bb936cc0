import {createHash} from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import {
	afterAll,
	afterEach,
	beforeAll,
	describe,
	expect,
	test,
} from 'vitest';
import {createSshPanel} from '../../../source/clients/panel/ssh.js';
import {type PanelAction} from '../../../source/domain/panel.js';
import {type PanelSettings} from '../../../source/domain/settings.js';
import {freePort} from '../../support/pdns.js';
import {hasSshd, startSshd, type Sshd} from '../../support/sshd.js';
import {describePanel} from './conformance.js';
import {createListener, requestOf} from './listener.js';
import {openStandIn, panelRow} from './stand-in.js';

type SshSettings = Extract<PanelSettings, {readonly kind: 'ssh'}>;

const isHere = hasSshd();
const rowOf = ({host, port, user, identity, knownHosts}: Sshd, given: Partial<SshSettings> = {}): SshSettings => ({
	...panelRow, kind: 'ssh', host, port, user, identity, knownHosts, command: 'provision', ...given,
});

describePanel('a panel behind a real OpenSSH', isHere
	? async () => {
		const {command, remove, ...host} = openStandIn();
		const sshd = await startSshd(`case "$SSH_ORIGINAL_COMMAND" in provision) exec ${command.join(' ')};; *) exit 64;; esac`);
		return {
			...host,
			panel: createSshPanel('web2', rowOf(sshd)),
			async close() {
				await sshd.close();
				remove();
			},
		};
	}
	: undefined);

// The program on the host is what the test asks for: whoever has a forced command has a stricter one.
describe.skipIf(!isHere)('a connection to a panel\'s host', () => {
	let sshd: Sshd;
	beforeAll(async () => {
		sshd = await startSshd('cd "$(dirname "$0")"; eval "$SSH_ORIGINAL_COMMAND"');
	});
	afterAll(async () => {
		await sshd.close();
	});

	const ask = async (given: Partial<SshSettings>, action: PanelAction = 'install', listener = createListener()) =>
		createSshPanel('web2', rowOf(sshd, given)).ask(requestOf(action), listener);
	const say = 'echo \'{"ok":true,"changed":["files"]}\'';

	test('carries the request, the answer, the log and the progress, and nothing of ssh\'s own', async () => {
		const listener = createListener();
		const command = String.raw`printf '{"ok":true,"changed":["%s"]}' "$(md5sum | cut -d' ' -f1)"; printf 'progress 40 files\nAuthenticated to nobody\nplain\n' >&2`;
		const {changed} = await ask({command}, 'install', listener);
		const {action, job, attempt, account, site} = requestOf('install');
		expect(changed).toEqual([createHash('md5').update(`${JSON.stringify({
			v: 1, action, job, attempt, account, site,
		})}\n`).digest('hex')]);
		expect(listener.progress).toEqual([40]);
		expect(listener.lines).toEqual(['Authenticated to nobody', 'plain']);
	});

	test('is known to have been made, however much the program says at once', async () => {
		await expect(ask({command: `yes "a flood" | head -n 200000 >&2; ${say}`})).resolves.toMatchObject({changed: ['files']});
		await expect(ask({command: 'yes "a flood" | head -n 200000 >&2; kill -KILL $PPID; sleep 1'})).rejects.toMatchObject({kind: 'unknown-outcome'});
	});

	test('tells the program\'s exit codes apart', async () => {
		await expect(ask({command: 'echo "no such plan" >&2; exit 65'})).rejects.toMatchObject({kind: 'rejected', scope: 'item', message: 'no such plan'});
		await expect(ask({command: 'echo "locked" >&2; exit 75'})).rejects.toMatchObject({kind: 'transient', scope: 'item', message: 'locked'});
		await expect(ask({command: 'no-such-program'})).rejects.toMatchObject({kind: 'transient', scope: 'item', message: expect.stringContaining('not found')});
		await expect(ask({command: 'echo rubbish'})).rejects.toMatchObject({kind: 'unknown-outcome', scope: 'item'});
	});

	test('is refused where the host\'s key is not known, or another, and nothing is run there', async () => {
		const ran = path.join(sshd.folder, 'ran');
		const empty = path.join(sshd.folder, 'empty');
		fs.writeFileSync(empty, '');
		const denied = {peer: 'web2', kind: 'denied', scope: 'cluster'};
		await expect(ask({command: 'touch ran', knownHosts: empty})).rejects.toMatchObject({
			...denied, message: expect.stringMatching(/^No ED25519 host key is known for \[127\.0\.0\.1\]:\d+ and you have requested strict checking\.; Host key verification failed\.$/),
		});
		const other = path.join(sshd.folder, 'other-hosts');
		fs.writeFileSync(other, `[127.0.0.1]:${sshd.port} ${fs.readFileSync(`${sshd.makeKey('another')}.pub`, 'utf8')}`);
		await expect(ask({command: 'touch ran', knownHosts: other})).rejects.toMatchObject({...denied, message: expect.stringContaining('has changed and you have requested strict checking.')});
		expect(fs.existsSync(ran)).toBe(false);
		expect(fs.readFileSync(empty, 'utf8')).toBe('');
	});

	test('is refused where our key is not let in, or is not there', async () => {
		await expect(ask({identity: sshd.makeKey('stranger')})).rejects.toMatchObject({kind: 'denied', scope: 'cluster', message: expect.stringContaining('Permission denied (publickey)')});
		await expect(ask({identity: '/nowhere/key'})).rejects.toMatchObject({
			kind: 'denied', scope: 'cluster', message: expect.stringMatching(/Identity file \/nowhere\/key not accessible.*; .*Permission denied/),
		});
	});

	test('cannot be made where nobody listens, and that is no fault of the install', async () => {
		const unreachable = {kind: 'transient', scope: 'cluster', message: expect.stringContaining('Connection refused')};
		const port = await freePort();
		await expect(ask({port})).rejects.toMatchObject(unreachable);
		await expect(ask({port, identity: '/nowhere/key'})).rejects.toMatchObject(unreachable);
		await expect(ask({host: 'no-such-host.invalid'})).rejects.toMatchObject({...unreachable, message: expect.stringContaining('no-such-host.invalid')});
	});

	test('that is cut before the program says anything leaves it unknown what came of a change', async () => {
		await expect(ask({command: 'kill -KILL $PPID; sleep 1'})).rejects.toMatchObject({peer: 'web2', kind: 'unknown-outcome', message: expect.stringContaining('connection was cut')});
		await expect(ask({command: 'kill -KILL $PPID; sleep 1'}, 'inspect')).rejects.toMatchObject({kind: 'transient'});
	});

	test('that is cut after the program said ok leaves it unknown, too', async () => {
		await expect(ask({command: `${say}; sleep 0.2; kill -KILL $PPID; sleep 1`})).rejects.toMatchObject({kind: 'unknown-outcome'});
	});

	test('to a program that is killed leaves it unknown', async () => {
		await expect(ask({command: `${say}; kill -KILL $$`})).rejects.toMatchObject({kind: 'unknown-outcome'});
	});

	test('is checked by logging in, and nothing is run there', async () => {
		const check = async (given: Partial<SshSettings>) => createSshPanel('web2', rowOf(sshd, given)).check();
		await expect(check({command: 'touch checked'})).resolves.toEqual([]);
		expect(fs.existsSync(path.join(sshd.folder, 'checked'))).toBe(false);
		await expect(check({port: await freePort()})).rejects.toMatchObject({kind: 'transient', scope: 'cluster', message: expect.stringContaining('Connection refused')});
		await expect(check({identity: sshd.makeKey('unknown')})).rejects.toMatchObject({kind: 'denied', scope: 'cluster'});
	});

	describe('to a server that is killed', () => {
		afterEach(async () => {
			await sshd.restart();
		});

		test('leaves a change unknown that was under way, and the panel unreachable after it', async () => {
			const listener = createListener();
			const asked = ask({command: 'echo begun >&2; sleep 30'}, 'install', listener).catch((error: unknown) => error);
			await expect.poll(() => listener.lines, {timeout: 10_000}).toEqual(['begun']);
			await sshd.stop();
			expect(await asked).toMatchObject({kind: 'unknown-outcome', scope: 'item'});
			await expect(ask({})).rejects.toMatchObject({kind: 'transient', scope: 'cluster'});
		});
	});

	test('says which account on which host, for people', () => {
		expect(createSshPanel('web2', rowOf(sshd, {user: 'provision', host: 'web2.example.net'})).title).toBe('ssh provision@web2.example.net');
	});
});
