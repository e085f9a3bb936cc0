import {expect, test} from 'vitest';
import {findMailbox, isEmail} from '../../source/domain/email.js';

test.each(['ada@example.org', 'a.b+c@mail.example.org', 'ops@localhost', 'jörg@example.org'])('%j is one address', text => {
	expect(isEmail(text)).toBe(true);
});

test.each([
	'',
	'ada',
	'@example.org',
	'ada@',
	'a@b@example.org',
	'a b@example.org',
	'ada@example.org\n',
	'ada@example.org\r\nBcc: eve@example.org',
	'ada@example.org,eve@example.org',
	'ada@example.org;eve@example.org',
	'<ada@example.org>',
	'"ada"@example.org',
	'ada@exa mple.org',
	'ada@[192.0.2.1]',
	'ada@192.0.2.1',
	`${'a'.repeat(65)}@example.org`,
	`ada@${'a.'.repeat(130)}org`,
])('%j is none', text => {
	expect(isEmail(text)).toBe(false);
});

test.each([
	['ada@example.org', {name: '', address: 'ada@example.org'}],
	['Ada Lovelace <ada@example.org>', {name: 'Ada Lovelace', address: 'ada@example.org'}],
	['"Hosting, Support" <ada@example.org>', {name: 'Hosting, Support', address: 'ada@example.org'}],
	['eve@example.org <ada@example.org>', {name: 'eve@example.org', address: 'ada@example.org'}],
])('%j is taken apart', (text, mailbox) => {
	expect(findMailbox(text)).toEqual(mailbox);
});

test.each([
	'Ada <ada@example.org>, Eve <eve@example.org>', 'Ada <ada@example.org> eve@example.org', 'Ada\r\nBcc: <eve@example.org>', 'Ada <ada@example.org', '<<ada@example.org>>', 'Ada <>', ' ada@example.org', 'ada@example.org ',
])('%j is not exactly one mailbox', text => {
	expect(findMailbox(text)).toBeUndefined();
});
