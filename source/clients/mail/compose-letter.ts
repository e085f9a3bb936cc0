import {type Buffer} from 'node:buffer';
import MailComposer from 'nodemailer/lib/mail-composer';
import {type Mailbox} from '../../domain/email.js';
import {safeText} from '../../domain/safe-text.js';
import {type Letter} from './mail.js';

/** The letter as it goes over the wire (RFC 5322). Names and addresses are handed over apart, so that nothing in them is read as a second recipient. */
export const composeLetter = async ({subject, text, html, messageId}: Letter, {from, to, date}: {readonly from: Mailbox; readonly to: Mailbox; readonly date: Date}): Promise<Buffer> =>
	new MailComposer({
		from: {...from},
		to: {...to},
		subject: safeText(subject),
		text,
		...(html !== null && {html}),
		messageId,
		date,
		headers: {'Auto-Submitted': 'auto-generated'},
		newline: 'win',
		disableFileAccess: true,
		disableUrlAccess: true,
	}).compile().build();
