import {Readable} from 'node:stream';
import {systemClock, type Clock} from '../../domain/clock.js';
import {findMailbox, type Mailbox} from '../../domain/email.js';
import {type MailSettings} from '../../domain/settings.js';
import {ClientError} from '../client-error.js';
import {composeLetter} from './compose-letter.js';
import {toMailError} from './mail-error.js';
import {placeOf, type MailPlace} from './mail-place.js';
import {type MailServer} from './mail.js';
import {asked, createSessions} from './smtp-session.js';

/** From the look-up of its name to its last answer. */
const wholeMs = 60_000;

const mailboxOf = (text: string, what: string, {name: peer}: MailPlace): Mailbox => {
	const mailbox = findMailbox(text);
	if (!mailbox) {
		throw new ClientError(`${what} is not exactly one e-mail address: nothing was sent`, {peer, kind: 'rejected'});
	}

	return mailbox;
};

/** A text that knows when its first byte is taken: nodemailer begins to read once the server said that it listens (354), never before. */
const readOnce = (text: Uint8Array, onRead: () => void): Readable => new Readable({
	read() {
		onRead();
		this.push(text);
		this.push(null);
	},
});

/** The mail server of the config, over a connection for each letter. */
export const createMailServer = (settings: MailSettings, {clock = systemClock, timeoutMs = wholeMs}: {readonly clock?: Clock; readonly timeoutMs?: number} = {}): MailServer => {
	const place = placeOf(settings);
	const sessions = createSessions(place, settings.fingerprints, timeoutMs);

	return {
		async send(letter) {
			let isTextOut = false;
			try {
				const from = mailboxOf(settings.from, '`mail.from`', place);
				const to = mailboxOf(letter.to, 'whom it is to', place);
				const text = await composeLetter(letter, {from, to, date: new Date(clock.now())});
				const stream = readOnce(text, () => {
					isTextOut = true;
				});
				await sessions.speak(async connection => asked(done => {
					connection.send({from: from.address, to: [to.address], size: text.length}, stream, done);
				}));
			} catch (error) {
				throw toMailError(error, place, {isTextOut});
			}
		},
		async check() {
			try {
				await sessions.speak(async () => undefined);
			} catch (error) {
				throw toMailError(error, place, {isTextOut: false});
			}
		},
		async close() {
			sessions.close();
		},
	};
};
