import {expect, test} from 'vitest';
import {commands} from '../../source/commands/commands.js';
import {flagNames, flagText} from '../../source/commands/words/flags.js';
import {flagsOf} from '../../source/commands/words/find-verb.js';
import {verbs} from '../../source/intents/verbs.js';
import {createShell} from './shell.js';

test('the help names every verb and every call, and opens nothing', async () => {
	const {cronsole, asked} = createShell();
	const {code, out, err} = await cronsole('--help');
	expect([code, err]).toEqual([0, '']);
	const plain = out.replaceAll(/\s+/g, ' ');
	for (const {name, summary} of verbs) {
		expect(out).toContain(`  ${name}`);
		expect(plain).toContain(summary);
	}

	// It fits a terminal of 80 columns.
	expect(out.split('\n').filter(line => line.length > 80)).toEqual([]);

	for (const call of ['--daemon', '--demo', '--run-task=NAME', '--force', '--clear-locks[=NAME]', '--list', '--watch', '--lead', '--wait[=5m]', '--read-only']) {
		expect(out).toContain(call);
	}

	expect(asked.settings).toBeUndefined();
});

test('every verb has its command, and no command is without a verb', () => {
	expect(Object.keys(commands).toSorted()).toEqual(verbs.map(({name}) => name).filter(name => name !== 'init').toSorted());
});

test('the help names every flag that no verb has in its own', async () => {
	const {out} = await createShell().cronsole('--help');
	const ofVerbs = new Set(verbs.flatMap(verb => flagsOf(verb)));
	expect(flagNames.filter(name => !ofVerbs.has(name) && !new RegExp(String.raw`${flagText(name)}\b`).test(out))).toEqual([]);
});

test('the help of a verb names its flags', async () => {
	const {cronsole} = createShell();
	const {out} = await cronsole('vm list --help');
	expect(out).toContain('--state S');
	expect(out).not.toContain('vm create');
	expect((await cronsole('--config cronsole.yaml --json vm list --as anna --help')).out).toBe(out);
	const all = (await cronsole('help vm')).out;
	expect(all).toContain('vm create');
	expect(all.replaceAll(/\s+/g, ' ')).toContain('needs --yes: vm reinstall, vm terminate, vm reset, vm change --allow-data-loss.');
	expect((await cronsole('vm show --help')).out).not.toContain('--yes');
});

test('the version is one line', async () => {
	await expect(createShell().cronsole('--version')).resolves.toMatchObject({code: 0, out: '1.2.3\n', err: ''});
});

test.each([
	['staus', 'unknown command: staus', 'did you mean status?'],
	['vm creat', 'unknown command: vm creat', 'did you mean vm create?'],
	['vm', 'vm is no command by itself', 'write vm and one of: create, list, show, log, explain, retry'],
	['vm show', 'vm show needs more words', 'write cronsole vm show REF'],
	['vm show a b', 'vm show takes no b', 'write cronsole vm show REF'],
	['vm list --stat x', 'unknown flag --stat', 'did you mean --state?'],
	['vm show v1 --state x', '--state does not go with vm show', 'write cronsole vm show REF'],
	['vm create --wait 5m', '--wait takes its value only behind =', 'write --wait=5m'],
	['vm list --state', '--state needs a value', 'write --state S'],
	['vm list --state readdy', '--state: there is no readdy', 'did you mean ready?'],
	['vm list --cluster fra2', '--cluster: there is no fra2', 'did you mean fra1?'],
	['--run-task=proces_vms', 'there is no task proces_vms', 'did you mean process_vms?'],
	['--run-task process_vms', '--run-task takes its value only behind =', 'write --run-task=process_vms'],
	['--run-task', 'the name of a task is missing', 'there is process_vms'],
	['--run-task=process_vms --task=process_vms', '--run-task and --task mean the same', 'leave one of them out'],
	['--daemon --list', '--list does not go with --daemon', '`cronsole --help` says'],
	['--daemon --metrics 9464', '--metrics: “9464” is not an address with a port', 'say where to listen: --metrics 127.0.0.1:9464'],
	['--daemon --metrics 192.0.2.1:9464', '--metrics: cannot listen on 192.0.2.1 port 9464: this machine has no such address', 'say where to listen'],
	['--metrics 127.0.0.1:9464', '--metrics does not go with the console', '`cronsole --help` says'],
	['--daemon --intake 8444', '--intake: “8444” is not an address with a port', 'say where to listen: --intake 127.0.0.1:8444'],
	['--daemon --intake 127.0.0.1:8444', '--intake: the config names nobody who may order', 'write into it: intake: {keys: {whmcs:'],
	['--intake 127.0.0.1:8444', '--intake does not go with the console', '`cronsole --help` says'],
	['status --json=yes', '--json takes no value', 'write --json alone'],
	['status --as anna --as ben', '--as stands there twice', 'leave one of them out'],
	['status --no-read-only', 'unknown flag --no-read-only', 'did you mean --read-only?'],
	['task interval process_vms 5', '5 is no interval', 'write a number with its unit'],
	['vm show 101', '101 alone may be our id or a VMID', 'write v101 for our id, or CLUSTER/101 for a VMID'],
	['vm show nobody', 'there is no VM nobody', 'write a reference, a hostname'],
	['install drop shop', 'there is no install shop', '`cronsole install list` shows them all'],
	['install show 7', 'there is no install 7', '`cronsole install list` shows them all'],
	['account package shop', 'the plan is missing', 'write cronsole account package REF --plan=P'],
	['vm change v1 --plan=x', '--plan takes no value here', 'write --plan alone'],
	['ack 7', 'there is no incident 7', '`cronsole incident list`'],
	['maintenance on fra2', 'there is no cluster fra2', 'did you mean fra1?'],
	['lock clear vm:101', 'vm:101 is the lease of one VM', 'clear the lock of its task'],
	['--force', 'not confirmed: nothing was run', 'add --yes'],
	['--demo --config x.yaml', 'the demo takes no --config', 'leave it out'],
	['--database postgres://db/cronsole status', '--database: PostgreSQL is not in this version', 'name a SQLite file'],
	['--database mysql://db/cronsole status', '--database: a database at mysql:// is not in this version', 'name a SQLite file'],
	['hold of', 'hold takes no of', 'did you mean hold off?'],
	['vm list --wait=5', '--wait: 5 is no duration', 'write a number with its unit'],
	['--config= status', '--config needs a value', 'write --config FILE'],
	['--config /nonexistent.yaml status', '/nonexistent.yaml:1: there is no such file', 'mend the config'],
])('`%s` is refused with exit code 2, what is wrong and what to do', async (line, wrong, hint) => {
	const {cronsole} = createShell();
	const {code, out, err} = await cronsole(line);
	expect([code, out]).toEqual([2, '']);
	const lines = err.trimEnd().split('\n');
	expect(lines).toHaveLength(2);
	expect(lines[0]).toContain(wrong);
	expect(lines[1]).toContain(hint);
});

test('an error with --json is one object on standard output, with the two lines for people on standard error', async () => {
	const {code, out, err} = await createShell().cronsole('staus --json');
	expect([code, err]).toEqual([2, 'unknown command: staus\ndid you mean status?\n']);
	expect(JSON.parse(out)).toEqual({error: {code: 'unknown', message: 'unknown command: staus', hint: 'did you mean status?'}});
	expect((await createShell().cronsole('--version --json')).json()).toEqual({version: '1.2.3'});
});

test('every problem of the config is a line of its own, whatever was called', async () => {
	const {cronsole, file} = createShell('timezone: Nowhere\ncluster: []\n');
	for (const line of ['status', 'check', '--daemon', 'vm list']) {
		const {code, out, err} = await cronsole(line);
		expect([code, out]).toEqual([2, '']);
		expect(err.split('\n').slice(0, 2)).toEqual([`${file}:1: timezone: is no time zone: write a name such as Europe/Berlin or UTC`, `${file}:2: cluster: unknown key, did you mean clusters?`]);
	}
});

test('a read-only session may look but not write', async () => {
	const {cronsole} = createShell();
	for (const line of ['hold', 'vm create', '--daemon', '--run-task=process_vms', '--clear-locks', 'init']) {
		const {code, err} = await cronsole(`${line} --read-only`);
		expect(code).toBe(2);
		expect(err).toContain('read-only');
	}

	await expect(cronsole('status --read-only')).resolves.toMatchObject({code: 0});
});

test('a database that cannot be used is exit code 69', async () => {
	const {cronsole, file} = createShell();
	const {code, err} = await cronsole(`status --database ${file}`);
	expect(code).toBe(69);
	expect(err.trimEnd().split('\n').length).toBeGreaterThanOrEqual(2);
});

test('who acts is --as, else who called sudo, else the user; with the address of ssh', async () => {
	const {cronsole, asked} = createShell();
	await cronsole('status');
	expect(asked.actor).toEqual({name: 'anna', address: '192.0.2.7'});
	await cronsole('status --as billing');
	expect(asked.actor).toEqual({name: 'billing', address: '192.0.2.7'});
	await cronsole('status', {
		env: {
			HOME: '/nonexistent', CRONSOLE_CONFIG: asked.settings!.file!, XDG_STATE_HOME: asked.settings!.database.replace('/cronsole/cronsole.db', ''), SUDO_USER: 'ben', USER: 'root',
		},
	});
	expect(asked.actor).toEqual({name: 'ben', address: null});
	await expect(cronsole(['status', '--as', 'scheduler'])).resolves.toMatchObject({code: 2});
});
