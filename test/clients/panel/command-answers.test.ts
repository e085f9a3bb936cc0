import {createHash} from 'node:crypto';
import {describe, expect, test} from 'vitest';
import {createCommandPanel} from '../../../source/clients/panel/command.js';
import {type PanelAction} from '../../../source/domain/panel.js';
import {createListener, password, requestOf} from './listener.js';
import {commandRow} from './stand-in.js';

/** Asks a program that is this line of shell. */
const askShell = async (script: string, action: PanelAction = 'install', listener = createListener()) =>
	createCommandPanel('web1', commandRow(['/bin/sh', '-c', script])).ask(requestOf(action), listener);

const unknown = (message: string) => ({
	name: 'ClientError', peer: 'web1', kind: 'unknown-outcome', scope: 'item', message: expect.stringContaining(message),
});
const transient = (message: string) => ({...unknown(message), kind: 'transient'});

describe('what a panel\'s program is asked', () => {
	test('is one JSON object with the version on its standard input, and no secret elsewhere', async () => {
		const {changed} = await askShell('printf \'{"ok":true,"changed":["%s"]}\' "$(md5sum | cut -d" " -f1)"');
		const {action, job, attempt, account, site} = requestOf('install');
		const expected = `${JSON.stringify({
			v: 1, action, job, attempt, account, site,
		})}\n`;
		expect(changed).toEqual([createHash('md5').update(expected).digest('hex')]);
	});

	test('comes with PATH and LANG only, whatever secrets our environment has', async () => {
		process.env.CRONSOLE_TEST_TOKEN = 'a-token-of-ours';
		const listener = createListener();
		await askShell('env >&2; echo \'{"ok":true}\'', 'install', listener).finally(() => {
			delete process.env.CRONSOLE_TEST_TOKEN;
		});
		const names = listener.lines.map(line => line.split('=', 1)[0]!).filter(name => !['_', 'PWD', 'OLDPWD', 'SHLVL'].includes(name));
		expect(new Set(names)).toEqual(new Set(['PATH', 'LANG']));
	});

	test('need not be read: a program that closes its standard input answers all the same', async () => {
		await expect(askShell('exec 0<&-; echo \'{"ok":true,"changed":[]}\'')).resolves.toEqual({changed: [], site: null, state: null});
	});
});

describe('what a panel\'s program answers', () => {
	test('is taken with its site, empty texts being none', async () => {
		const answer = {
			ok: true, changed: ['files', 'database'], site: {
				url: 'https://shop.example.org/', adminUrl: '', adminUser: 'ada', adminPassword: 'another',
			},
		};
		await expect(askShell(`echo '${JSON.stringify(answer)}'`)).resolves.toEqual({
			changed: ['files', 'database'], site: {
				url: 'https://shop.example.org/', adminUrl: null, adminUser: 'ada', adminPassword: 'another',
			}, state: null,
		});
	});

	test.for([
		['nothing', ':', 'printed no answer'],
		['rubbish', 'echo Installed.', 'something else than one JSON object'],
		['two objects', 'echo \'{"ok":true}{"ok":true}\'', 'something else than one JSON object'],
		['more after its answer', 'echo \'{"ok":true}\'; echo done', 'something else than one JSON object'],
		['a warning before its answer', 'echo "Warning: x"; echo \'{"ok":true}\'', 'something else than one JSON object'],
		['a list', 'echo \'[{"ok":true}]\'', 'not as agreed'],
		['an object without ok', 'echo \'{"changed":[]}\'', 'not as agreed'],
		['a site whose address is no web address', 'echo \'{"ok":true,"site":{"url":"javascript:alert(1)"}}\'', 'not as agreed'],
		['a user that would colour a screen', String.raw`printf '{"ok":true,"site":{"adminUser":"a\\u001b[31md"}}'`, 'not as agreed'],
		['half of its answer', 'printf \'{"ok":tr\'', 'something else than one JSON object'],
		['two megabytes', String.raw`echo '{"ok":true}'; head -c 2000000 /dev/zero | tr "\0" " "`, 'more than a megabyte'],
	])('is not believed where it is %s: what came of a change is unknown, and looking is tried again', async ([, script, message]) => {
		await expect(askShell(script!)).rejects.toMatchObject(unknown(message!));
		await expect(askShell(script!, 'inspect')).rejects.toMatchObject(transient(message!));
	});

	test('never stands in an error where it is not understood, as it may hold somebody\'s secret', async () => {
		await expect(askShell('echo "mysql password: hunter2"')).rejects.not.toThrow('hunter2');
	});

	test('must say how things stand where that was asked', async () => {
		await expect(askShell('echo \'{"ok":true}\'', 'inspect')).rejects.toMatchObject(transient('without `state`'));
		await expect(askShell('echo \'{"ok":true,"state":{"account":true,"site":"partial"}}\'', 'inspect')).resolves.toMatchObject({state: {account: true, site: 'partial'}});
	});

	test('is a failure that may go better later where ok is false', async () => {
		await expect(askShell('echo \'{"ok":false,"error":"no space left"}\'')).rejects.toMatchObject(transient('no space left'));
		await expect(askShell('echo "disk is full" >&2; echo \'{"ok":false}\'')).rejects.toMatchObject(transient('disk is full'));
	});

	test.for([
		['65 with its error', 'echo \'{"ok":false,"error":"no such plan"}\'; exit 65', 'rejected', 'no such plan'],
		['65 with a last line', 'echo "first" >&2; echo "the domain is taken" >&2; exit 65', 'rejected', 'the domain is taken'],
		['75 with its error', 'echo \'{"ok":false,"error":"another install has the lock"}\'; exit 75', 'transient', 'another install has the lock'],
		['another exit code with a last line', 'printf "no database" >&2; exit 3', 'transient', 'no database'],
		['another exit code without a word', 'exit 7', 'transient', 'ended with exit code 7 and did not say why'],
		['another exit code after ok', 'echo \'{"ok":true}\'; exit 1', 'transient', 'exit code 1'],
	])('counts by the exit code: %s', async ([, script, kind, message]) => {
		await expect(askShell(script!)).rejects.toMatchObject({...unknown(message!), kind});
	});

	test('says nothing about a program that cannot be started, but that the panel is not to be used', async () => {
		const panel = createCommandPanel('web1', commandRow(['/nowhere/provision']));
		await expect(panel.ask(requestOf('install'), createListener())).rejects.toMatchObject({
			kind: 'denied', scope: 'cluster', message: '/nowhere/provision is not there (or what its first line names is not)',
		});
		await expect(createCommandPanel('web1', commandRow([import.meta.filename])).ask(requestOf('install'), createListener())).rejects.toMatchObject({
			kind: 'denied', scope: 'cluster', message: expect.stringContaining('may not be executed by us'),
		});
	});
});

describe('what a panel\'s program says meanwhile', () => {
	test('is progress where it is said as agreed, else its log', async () => {
		const listener = createListener();
		await askShell(String.raw`printf "progress 5 files\nprogress 101 x\nprogress\nplain\r\n\n progress 100\nlast" >&2; echo '{"ok":true}'`, 'install', listener);
		expect(listener.progress).toEqual([5, 100]);
		expect(listener.lines).toEqual(['progress 101 x', 'progress', 'plain', 'last']);
	});

	test('comes while it runs', async () => {
		const listener = createListener();
		const asked = askShell('echo "progress 50 half" >&2; sleep 1; echo \'{"ok":true}\'', 'install', listener);
		await Promise.race([asked, expect.poll(() => listener.progress, {timeout: 900}).toEqual([50])]);
		expect(listener.progress).toEqual([50]);
		await asked;
	});

	test('is made safe to show', async () => {
		const listener = createListener();
		await askShell(String.raw`printf "\033]0;title\007\033[31mred\nprogress 1 \033[2Jtext\n" >&2; echo '{"ok":true}'`, 'install', listener);
		expect(listener.lines).toEqual(['red']);
		expect(listener.text()).toContain('text');
		expect(listener.text()).not.toContain('\u{1B}');
	});

	test('does not give the password away, neither as a line, nor cut in two writes, nor in an error', async () => {
		const listener = createListener();
		const leak = String.raw`head -c 100000 > request; tr -d "\n" < request >&2; echo >&2`;
		const quoted = JSON.stringify(password).slice(1, -1);
		const script = `cd "$(mktemp -d)"; ${leak}; cat <<'EOF' >&2
with ${password} and ${quoted} and ${JSON.stringify(quoted)} and ${encodeURIComponent(password)}
EOF
printf '%s' 'in two: pä"ss' >&2; sleep 0.3; printf '%s\n' '\\w0rd&'\\''x$' >&2
rm request; rmdir "$PWD"; cat <<'EOF'
${JSON.stringify({ok: false, error: `login with ${password} refused`})}
EOF
exit 65`;
		await expect(askShell(script, 'install', listener)).rejects.toMatchObject({kind: 'rejected', message: 'login with •••• refused'});
		expect(listener.lines[0]).toContain('"adminPassword":"••••"');
		expect(listener.lines.slice(1)).toEqual(['with •••• and •••• and "••••" and ••••', 'in two: ••••']);
		expect(listener.text()).not.toContain('w0rd');
	});

	test('keeps nobody busy, however much it is', async () => {
		const listener = createListener();
		await askShell('yes "a line of a flood" | head -n 1000000 >&2; echo last >&2; echo \'{"ok":true}\'', 'install', listener);
		expect(listener.lines.length).toBeLessThan(100_000);
		expect(listener.lines.at(-1)).toBe('last');
		expect(listener.lines.some(line => /^… \d+ lines left out$/.test(line))).toBe(true);
	});

	test('may be one endless line', async () => {
		const listener = createListener();
		await askShell(String.raw`head -c 5000000 /dev/zero | tr "\0" x >&2; echo '{"ok":true}'`, 'install', listener);
		expect(listener.lines).toHaveLength(1);
		expect(listener.lines[0]!.length).toBeLessThanOrEqual(500);
	});
});
