import PostalMime from 'postal-mime';
import {describe, expect, test} from 'vitest';
import {createMailServer} from '../../../source/clients/mail/smtp.js';
import {hasExim, startExim} from '../../support/exim.js';
import {mailSettings} from '../../support/smtp.js';

describe.skipIf(!hasExim())('with a real exim', () => {
	test('a letter lies in the Maildir once, word for word', async () => {
		const {port, read} = await startExim();
		const mail = createMailServer(mailSettings(`smtp://127.0.0.1:${port}`));
		await mail.check();
		const text = 'Hello Ada,\n\n.a line that begins with a dot\nFrom here on: äöü 漢字\n' + 'long '.repeat(300) + '\n';
		await mail.send({
			to: 'ada@example.org', subject: 'Ihr Server läuft', text, html: '<p>läuft</p>', messageId: '<one@example.net>',
		});
		const letters = await read(1);
		expect(letters).toHaveLength(1);
		const letter = await PostalMime.parse(letters[0]!);
		expect(letter).toMatchObject({
			subject: 'Ihr Server läuft', messageId: '<one@example.net>', returnPath: 'ops@example.net', from: {address: 'ops@example.net'},
		});
		expect(letter.text!.trim()).toBe(text.trim());
		expect(letter.html).toContain('läuft');
		expect(letters[0]).toContain('Envelope-to: ada@example.org\n');
	});

	test('its answers are told apart, and what it refused does not lie there', async () => {
		const {port, read} = await startExim();
		const mail = createMailServer(mailSettings(`smtp://127.0.0.1:${port}`));
		const letter = {
			subject: 'Hello', text: 'Hello', html: null, messageId: '<two@example.net>',
		};
		await expect(mail.send({...letter, to: 'grey@example.org'})).rejects.toMatchObject({kind: 'transient', scope: 'item'});
		await expect(mail.send({...letter, to: 'bad@example.org'})).rejects.toMatchObject({kind: 'rejected', scope: 'item'});
		await expect(mail.send({...letter, to: 'ada@example.com'})).rejects.toMatchObject({kind: 'rejected', scope: 'item'});
		await mail.send({...letter, to: 'ada@example.org'});
		expect(await read(1)).toHaveLength(1);
	});
});
