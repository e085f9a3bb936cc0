import PostalMime from 'postal-mime';
import {expect, test, vi} from 'vitest';
import {type ClientError} from '../../../source/clients/client-error.js';
import {type Letter, type MailServer} from '../../../source/clients/mail/mail.js';
import {createMailServer} from '../../../source/clients/mail/smtp.js';
import {makeCertificate, refusingUrl} from '../../support/https-server.js';
import {
	mailSettings,
	refusal,
	startScript,
	startSmtp,
} from '../../support/smtp.js';

const letter: Letter = {
	to: 'ada@example.org', subject: 'Hello', text: 'One line.\n.\nA line after a dot.\n', html: null, messageId: '<one@example.net>',
};

const serverAt = (port: number, {login = '', scheme = 'smtp', fingerprints = [], timeoutMs = 5000}: {
	readonly login?: string; readonly scheme?: string; readonly fingerprints?: readonly string[]; readonly timeoutMs?: number;
} = {}): MailServer => createMailServer(mailSettings(`${scheme}://${login}127.0.0.1:${port}`, {fingerprints}), {timeoutMs});

const failureOf = async (asked: Promise<void>): Promise<Pick<ClientError, 'kind' | 'scope' | 'message'>> => {
	const [end] = await Promise.allSettled([asked]);
	expect(end).toMatchObject({status: 'rejected', reason: {name: 'ClientError'}});
	const {kind, scope, message} = (end as PromiseRejectedResult).reason as ClientError;
	return {kind, scope, message};
};

test('a letter arrives once, with its date, its Message-ID and the mark that no machine should answer it', async () => {
	const {port, received} = await startSmtp();
	const clock = {now: () => Date.parse('2026-11-21T17:40:12Z'), monotonic: () => 0};
	const mail = createMailServer(mailSettings(`smtp://127.0.0.1:${port}`), {clock});
	await mail.send({...letter, html: '<p>Zeichen: äöü</p>', subject: 'Über Ihren Server'});
	expect(received).toHaveLength(1);
	expect(received[0]).toMatchObject({from: 'ops@example.net', to: ['ada@example.org']});
	const parsed = await PostalMime.parse(received[0]!.raw);
	expect(parsed).toMatchObject({
		subject: 'Über Ihren Server', messageId: '<one@example.net>', date: '2026-11-21T17:40:12.000Z', from: {name: 'Hosting', address: 'ops@example.net'},
		to: [{address: 'ada@example.org'}],
	});
	expect(parsed.text!.trim()).toBe(letter.text.trim());
	expect(parsed.html).toContain('äöü');
	expect(received[0]!.raw).toMatch(/^Auto-Submitted: auto-generated\r$/m);
});

type Done = (error?: Error) => void;

const refuseRecipient = (code: number, words: string) => ({
	onRcptTo(_: unknown, __: unknown, done: Done) {
		done(refusal(code, words));
	},
});

const refuseSender = (code: number, words: string) => ({
	onMailFrom(_: unknown, __: unknown, done: Done) {
		done(refusal(code, words));
	},
});

const refuseText = (code: number, words: string) => ({
	onData(stream: NodeJS.ReadableStream, _: unknown, done: Done) {
		stream.resume().on('end', () => {
			done(refusal(code, words));
		});
	},
});

test.each([
	['RCPT TO deferred (greylisting)', refuseRecipient(451, '4.7.1 try again later'), 'transient', 'item', '4.7.1 try again later'],
	['an unknown recipient', refuseRecipient(550, '5.1.1 no such user'), 'rejected', 'item', '5.1.1 no such user'],
	['a server that is closing', refuseRecipient(421, 'going down'), 'transient', 'cluster', 'going down'],
	['a sender that is refused', refuseSender(550, 'who are you?'), 'denied', 'cluster', 'does not take mail from `mail.from`'],
	['a server that wants a login', refuseSender(530, 'log in first'), 'denied', 'cluster', 'log in first'],
	['a letter that is too large for it', {size: 100}, 'rejected', 'item', 'size'],
	['a text that is refused after DATA', refuseText(552, 'too much'), 'rejected', 'item', 'too much'],
	['a text that is not taken now', refuseText(451, 'the scanner is away'), 'transient', 'item', 'the scanner is away'],
])('%s is told apart', async (_, own, kind, scope, words) => {
	const {port} = await startSmtp(own);
	const failure = await failureOf(serverAt(port).send(letter));
	expect(failure).toMatchObject({kind, scope});
	expect(failure.message).toContain(words);
});

const line = (say: string) => ({say: `${say}\r\n`});

test.each([
	['silence instead of a greeting', {greeting: {say: null}}, 'transient'],
	['a greeting that refuses', {greeting: line('554 not you')}, 'denied'],
	['a greeting that breaks off', {greeting: {say: '22', end: true}}, 'transient'],
	['silence after RCPT TO', {RCPT: {say: null}}, 'transient'],
	['silence after DATA was asked for', {DATA: {say: null}}, 'transient'],
	['hanging up when DATA was asked for', {DATA: {say: null, end: true}}, 'transient'],
	['half of a 354', {DATA: {say: '35', end: true}}, 'transient'],
	['silence after the text', {text: {say: null}}, 'unknown-outcome'],
	['hanging up after the text', {text: {say: null, end: true}}, 'unknown-outcome'],
	['half of an answer to the text', {text: {say: '25', end: true}}, 'unknown-outcome'],
	['a first line of an answer to the text that goes on for ever', {text: {say: '250-well\r\n'}}, 'unknown-outcome'],
	['an answer to the text that is none', {text: line('hm')}, 'unknown-outcome'],
	['a no to the text whose line never ends', {text: {say: '550 no', end: true}}, 'rejected'],
	['a closing server in answer to the text', {text: line('421 later')}, 'transient'],
])('%s: nothing went out, or nobody knows', async (_, script, kind) => {
	const {port, heard} = await startScript(script);
	const failure = await failureOf(serverAt(port, {timeoutMs: 400}).send(letter));
	expect(failure.kind).toBe(kind);
	// The proof: only where nobody knows, or an answer came to it, did a byte of the text go out.
	expect(heard.some(said => said.startsWith('Subject:'))).toBe('text' in script);
});

test('the text waits for 354 even where DATA is sent ahead (pipelining)', async () => {
	const {port, heard} = await startScript({EHLO: {say: '250-mx.test\r\n250 PIPELINING\r\n'}, DATA: {say: null}});
	expect(await failureOf(serverAt(port, {timeoutMs: 400}).send(letter))).toMatchObject({kind: 'transient'});
	expect(heard.at(-1)).toBe('DATA');
});

test('a server that is not there, and one that has no name, cannot be reached', async () => {
	const port = Number(new URL(await refusingUrl()).port);
	const failure = await failureOf(serverAt(port).send(letter));
	expect(failure).toEqual({kind: 'transient', scope: 'cluster', message: `127.0.0.1:${port} cannot be reached: connection refused`});
	const nowhere = createMailServer(mailSettings('smtp://mail.invalid'), {timeoutMs: 4000});
	expect(await failureOf(nowhere.check())).toMatchObject({kind: 'transient', scope: 'cluster'});
});

test('what is not exactly one address, or would add a header, never gets out', async () => {
	const {port, received, countSessions} = await startSmtp();
	const mail = serverAt(port);
	for (const to of ['a@example.org\r\nBcc: evil@example.com', 'a@example.org, evil@example.com', 'a@example.org,evil@example.com', '<a@example.org> evil@example.com', '"a@example.org" <x y@z>', 'a@example.org\n', '', 'Ada']) {
		expect(await failureOf(mail.send({...letter, to}))).toMatchObject({kind: 'rejected', scope: 'item'});
	}

	expect(countSessions()).toBe(0);
	await mail.send({
		...letter, to: 'evil@example.com <ada@example.org>', subject: 'Hi\r\nBcc: evil@example.com\r\n\r\nbody', messageId: '<x@y>\r\nX-Evil: 1',
	});
	expect(received[0]!.to).toEqual(['ada@example.org']);
	const {headers} = await PostalMime.parse(received[0]!.raw);
	expect(headers.map(({key}) => key).toSorted((a, b) => a.localeCompare(b)))
		.toEqual(['auto-submitted', 'content-transfer-encoding', 'content-type', 'date', 'from', 'message-id', 'mime-version', 'subject', 'to']);
});

test('a wrong login is denied, and nothing of it stands in the error', async () => {
	const {port} = await startSmtp({
		authOptional: false, allowInsecureAuth: true,
		onAuth({username, password}, _, done) {
			done(password === 'p@ss wörd%' ? null : refusal(535, `5.7.8 no ${username} with ${password} (${Buffer.from(`\0${username}\0${password}`).toString('base64')})`), {user: username});
		},
	});
	const failure = await failureOf(serverAt(port, {login: 'ops:hunter2-hunter2@'}).send(letter));
	expect(failure).toMatchObject({kind: 'denied', scope: 'cluster'});
	expect(failure.message).toContain('5.7.8 no ops with ••••');
	expect(failure.message).not.toMatch(/hunter2|b3BzAGh1/);
	await serverAt(port, {login: `ops:${encodeURIComponent('p@ss wörd%')}@`}).send(letter);
});

test('a login is only for a server that takes one', async () => {
	const {port} = await startSmtp({disabledCommands: ['AUTH']});
	const failure = await failureOf(serverAt(port, {login: 'ops:secret@'}).check());
	expect(failure).toMatchObject({kind: 'denied'});
	expect(failure.message).toContain('offers no login');
});

test('a login goes to a host elsewhere only behind STARTTLS', async () => {
	const {port, heard} = await startScript({STARTTLS: line('502 no'), EHLO: line('250 AUTH PLAIN')});
	// This spelling is no loopback address to us, and leads there all the same.
	const mail = createMailServer(mailSettings(`smtp://ops:secret@127.1:${port}`), {timeoutMs: 5000});
	const failure = await failureOf(mail.send(letter));
	expect(failure).toMatchObject({kind: 'denied', scope: 'cluster'});
	expect(failure.message).toContain('does no STARTTLS, without which nothing is sent');
	expect(heard.some(said => said.startsWith('AUTH'))).toBe(false);
});

test('where STARTTLS is offered it is taken, and a certificate that nobody vouches for ends it', async () => {
	const {key, cert, fingerprint} = await makeCertificate();
	const {port, received} = await startSmtp({key, cert, hideSTARTTLS: false});
	const failure = await failureOf(serverAt(port).send(letter));
	expect(failure).toMatchObject({kind: 'transient', scope: 'cluster'});
	expect(failure.message).toContain('signed by nobody that we know: if it is yours, put its fingerprint into `mail.fingerprints`');
	expect(received).toEqual([]);
	await serverAt(port, {fingerprints: [fingerprint]}).send(letter);
	expect(received).toHaveLength(1);
});

test('the certificate that the module brings has expired, and is refused', async () => {
	const {port} = await startSmtp({secure: true});
	expect(await failureOf(serverAt(port, {scheme: 'smtps'}).check())).toMatchObject({kind: 'transient', scope: 'cluster'});
});

test('a pinned certificate is the only one that is taken, before login and letter', async () => {
	const [ours, other] = await Promise.all([makeCertificate(), makeCertificate()]);
	let logins = 0;
	const {port, received} = await startSmtp({
		key: ours.key, cert: ours.cert, secure: true,
		onAuth(_, __, done) {
			logins++;
			done(null, {user: 'ops'});
		},
	});
	const failure = await failureOf(serverAt(port, {scheme: 'smtps', login: 'ops:secret@', fingerprints: [other.fingerprint]}).send(letter));
	expect(failure).toMatchObject({kind: 'transient', scope: 'cluster'});
	expect(failure.message).toContain(ours.fingerprint);
	expect(logins).toBe(0);
	await serverAt(port, {scheme: 'smtps', login: 'ops:secret@', fingerprints: [ours.fingerprint]}).send(letter);
	expect({logins, received: received.length}).toEqual({logins: 1, received: 1});
});

test('with a pinned certificate a server without TLS gets nothing', async () => {
	const {port, received} = await startSmtp({disabledCommands: ['STARTTLS']});
	const ours = 'AA'.repeat(32);
	const failure = await failureOf(serverAt(port, {fingerprints: [ours]}).send(letter));
	expect(failure).toMatchObject({scope: 'cluster'});
	expect(received).toEqual([]);
});

test('closing cuts what is open: nobody knows of a letter whose text is out', async () => {
	const {port, heard} = await startScript({text: {say: null}});
	const mail = serverAt(port);
	const failure = failureOf(mail.send(letter));
	await vi.waitUntil(() => heard.includes('.'), {timeout: 20_000});
	await mail.close();
	expect(await failure).toMatchObject({kind: 'unknown-outcome'});
});
