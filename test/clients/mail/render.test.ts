import {writeFileSync} from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';
import {renderMessage} from '../../../source/clients/mail/render.js';
import {allTemplates, sampleVariables} from '../../../source/clients/mail/templates/all-templates.js';
import {messageNames} from '../../../source/domain/message.js';
import {makeFolder} from '../../store/support/temporary-store.js';

const own = {folder: null, timezone: 'Europe/Berlin'};

const folderWith = (files: Readonly<Record<string, string>>) => {
	const folder = makeFolder();
	for (const [name, text] of Object.entries(files)) {
		writeFileSync(path.join(folder, name), text);
	}

	return folder;
};

test.each(messageNames)('the built-in %s is whole: every variable that it names is there, and nothing is left of its grammar', async name => {
	const {subject, text, html} = await renderMessage(name, sampleVariables(name), own);
	expect(subject).not.toBe('');
	expect(`${subject}\n${text}`).not.toMatch(/[{}]|undefined|null|\[object/);
	expect(text).not.toMatch(/\n{3}|[\t ]\n/);
	expect(html).toBeNull();
});

test.each(messageNames)('the built-in %s refuses a variable that is missing', async name => {
	for (const variable of Object.keys(sampleVariables(name)).filter(variable => allTemplates[name].source.includes(variable))) {
		const {[variable]: _, ...rest} = sampleVariables(name);
		const sentence = new RegExp(String.raw`^the built-in ${name}.liquid:\d+:\d+: undefined variable: ${variable}`);
		await expect(renderMessage(name, rest, own)).rejects.toThrow(sentence);
	}
});

test('a VM\'s letter has its addresses and its password, and says what to do without one', async () => {
	const {subject, text} = await renderMessage('vm-ready', sampleVariables('vm-ready'), own);
	expect(subject).toBe('Your server web1.example.net is ready');
	expect(text).toContain('\nIPv4:     203.0.113.10/24, gateway 203.0.113.1\nIPv6:     2001:db8::10/64, gateway 2001:db8::1\n');
	expect(text).toContain('\nUser:     root\nPassword: correct-horse-battery\n');
	const {text: without} = await renderMessage('vm-ready', {...sampleVariables('vm-ready'), password: null, client: ''}, own);
	expect(without).toMatch(/^Hello,\n/);
	expect(without).toContain('User:     root\nLog in with your SSH key.\n');
});

test('a site\'s letter says whose its password is, with an address to log in at or without one', async () => {
	const variables = sampleVariables('site-welcome');
	expect((await renderMessage('site-welcome', variables, own)).text).toContain('\nLog in:   https://shop.example.org/wp-admin/\nUser:     ada\nPassword: correct-horse-battery\n');
	expect((await renderMessage('site-welcome', {...variables, adminUrl: null}, own)).text).toContain('\nAddress:  https://shop.example.org/\nUser:     ada\nPassword: correct-horse-battery\n');
	expect((await renderMessage('site-welcome', {...variables, password: null}, own)).text).toContain('\nUser:     ada\n\nControl panel');
	expect((await renderMessage('site-welcome', {...variables, adminUrl: null, password: null}, own)).text).not.toContain('User:');
});

test('moments are written in the config\'s time zone, with its name', async () => {
	expect((await renderMessage('incident-opened', sampleVariables('incident-opened'), own)).text).toContain('Since:     2026-11-21 18:40 Europe/Berlin\n');
	expect((await renderMessage('incident-opened', sampleVariables('incident-opened'), {folder: null})).text).toContain('Since:     2026-11-21 17:40 UTC\n');
});

test('files of the folder go before the built-in text, HTML beside it with every value escaped; text is left as it is', async () => {
	const folder = folderWith({
		'welcome.liquid': '\u{FEFF}Subject: Willkommen, {{ client }}\r\n\r\nBestellung {{ reference }} & {{ client }}\r\n',
		'vm-ready.html.liquid': '<p>{{ client }}</p>',
	});
	const client = 'Ada <script>"&';
	expect(await renderMessage('welcome', {...sampleVariables('welcome'), client}, {folder})).toEqual({
		subject: `Willkommen, ${client}`, text: `Bestellung whmcs-5546 & ${client}\n`, html: null,
	});
	const ready = await renderMessage('vm-ready', {...sampleVariables('vm-ready'), client}, {folder});
	expect(ready.html).toBe('<p>Ada &lt;script&gt;&#34;&amp;</p>');
	expect(ready.text).toContain('Password: correct-horse-battery');
});

test('a subject is one line, whatever is in it, and no control character gets through', async () => {
	const {subject, text} = await renderMessage('welcome', {...sampleVariables('welcome'), hostname: 'web1\r\nBcc: evil@example.com\r\n\r\n\u{1B}[2J'}, own);
	expect(subject).toBe('Your order whmcs-5546: web1 ⏎ Bcc: evil@example.com');
	expect(text.includes('\r') || text.includes('\u{1B}')).toBe(false);
});

test.each([
	['a variable that is not there', 'Subject: Hi\n\nHello\n  {{ nobody }}\n', ':4:6: undefined variable: nobody'],
	['a variable of the subject', 'Subject: Hi {{ nobody }}\n\nHello\n', ':1:16: undefined variable: nobody'],
	['a filter that is not there', 'Subject: Hi\n\n{{ client | shout }}\n', ':3:1: undefined filter: shout'],
	['what is no Liquid', 'Subject: Hi\n\n{% if %}\n', ':3:6: '],
	['no subject', 'Hello {{ client }}\n', ':1:1: must begin with a line "Subject: …" and a blank line'],
	['no blank line after the subject', 'Subject: Hi\nHello\n', ':1:1: must begin with a line "Subject: …" and a blank line'],
	['a file that is included', 'Subject: Hi\n\n{% include "/etc/passwd" %}\n', ':3:1: ENOENT'],
	['a loop without an end', 'Subject: Hi\n\n{% for i in (1..100000000) %}x{% endfor %}\n', ':3:1: memory alloc limit exceeded'],
	['what belongs to the language', 'Subject: Hi\n\n{{ client.constructor }}\n', ':3:4: undefined variable: client.constructor'],
	['what belongs to the language, at the root', 'Subject: Hi\n\n{{ constructor }}\n', ':3:4: undefined variable: constructor'],
	['what belongs to the language, by its prototype', 'Subject: Hi\n\n{{ __proto__ }}\n', ':3:4: undefined variable: __proto__'],
])('%s fails with file, line and column', async (_, source, words) => {
	const folder = folderWith({'welcome.liquid': source});
	const error = await renderMessage('welcome', sampleVariables('welcome'), {folder}).catch((error_: unknown) => error_ as Error);
	expect(error).toMatchObject({name: 'TemplateFailed'});
	expect((error as Error).message).toContain(`${path.join(folder, 'welcome.liquid')}${words}`);
});

test('a message that there is not names those that there are, and leads to no file', async () => {
	await expect(renderMessage('../../etc/passwd', {}, {folder: '/etc'})).rejects.toThrow('there is no message ../../etc/passwd: there are welcome, vm-ready,');
});
