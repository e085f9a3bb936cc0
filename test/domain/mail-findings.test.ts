import {expect, test} from 'vitest';
import {findMailFindings, isAboutAlerts, type StuckMessages} from '../../source/domain/mail-findings.js';

const stuck = (state: StuckMessages['state'], template: string, own: Partial<StuckMessages> = {}): StuckMessages => ({
	state, template, count: 1, id: 12, error: 'mx.example.net:25: 550 no such user', ...own,
});

test('nothing is wrong where no message waits for a person', () => {
	expect(findMailFindings([])).toEqual([]);
});

test('a letter of which nobody knows and one that failed are an incident each, with the command that shows them', () => {
	expect(findMailFindings([stuck('failed', 'welcome'), stuck('unknown', 'vm-ready', {id: 9, error: 'it broke off after DATA'})])).toEqual([
		{
			key: 'mail:unknown', severity: 'warning', cause: 'it is not known whether the mail vm-ready (9) was sent: it broke off after DATA', command: 'cronsole mail outbox --state unknown', affects: 1,
		},
		{
			key: 'mail:failed', severity: 'warning', cause: 'the mail welcome (12) was not sent: mx.example.net:25: 550 no such user', command: 'cronsole mail outbox --state failed', affects: 1,
		},
	]);
});

test('many letters are one incident that counts them and names the oldest', () => {
	expect(findMailFindings([stuck('failed', 'vm-ready', {count: 30, id: 15}), stuck('failed', 'welcome', {count: 2, error: null})])).toMatchObject([
		{key: 'mail:failed', cause: '32 mails were not sent, the oldest welcome (12)', affects: 32},
	]);
	expect(findMailFindings([stuck('unknown', 'vm-ready', {count: 2})])).toMatchObject([{cause: 'it is not known whether 2 mails were sent, the oldest vm-ready (12): mx.example.net:25: 550 no such user'}]);
});

test('the operators\' own messages are incidents of their own, of which nobody is told by such a message', () => {
	const found = findMailFindings([stuck('failed', 'incident-opened', {count: 2}), stuck('unknown', 'incident-closed'), stuck('failed', 'welcome')]);
	expect(found.map(({key}) => [key, isAboutAlerts(key)])).toEqual([['alerts:unknown', true], ['mail:failed', false], ['alerts:failed', true]]);
	expect(found[2]!.cause).toContain('2 messages to operators were not sent, the oldest incident-opened (12)');
});
