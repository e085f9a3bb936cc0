import {Buffer} from 'node:buffer';
import {safeText} from '../../domain/safe-text.js';
import {withoutSecrets} from '../../domain/without-secrets.js';
import {ClientError} from '../client-error.js';
import {reasonOf} from '../no-answer.js';
import {type MailPlace} from './mail-place.js';

/** What nodemailer says of an error. */
type SmtpError = Error & {
	readonly code?: string;
	/** What the error was called before nodemailer named it: `ECONNREFUSED`. */
	readonly originalCode?: string;
	readonly response?: string;
	readonly responseCode?: number;
	/** `CONN`, `EHLO`, `STARTTLS`, `AUTH PLAIN`, `MAIL FROM`, `RCPT TO`, `DATA`; `API`: before anything was said. */
	readonly command?: string;
};

/** How far it came: the text is `out` from when its first byte may have been. */
export type Progress = {readonly isTextOut: boolean};

const advice = {
	unknownIssuer: 'if it is yours, put its fingerprint into `mail.fingerprints`',
	otherName: 'write the name that its certificate has, or put its fingerprint into `mail.fingerprints`',
};

const secretsOf = ({login}: MailPlace): readonly string[] => {
	if (login === null || login.pass === '') {
		return [];
	}

	const {user, pass} = login;
	return [Buffer.from(`\0${user}\0${pass}`).toString('base64'), Buffer.from(pass).toString('base64'), pass];
};

const isTooLarge = ({responseCode, response, code}: SmtpError): boolean => code === 'EMESSAGE' || responseCode === 552 || /^\d{3}[ -]5\.3\.4\b/.test(response ?? '');

/** Whether the answer is about this letter, and not about us and the server. */
const isAboutLetter = (error: SmtpError, {isTextOut}: Progress): boolean => {
	const {command = '', responseCode} = error;
	const isItem = isTextOut || command === 'RCPT TO' || command === 'DATA' || (command === 'MAIL FROM' && isTooLarge(error));
	return isItem && responseCode !== 421 && responseCode !== 530;
};

const wordsOfStage = (command: string): string => {
	if (command.startsWith('AUTH')) {
		return 'does not take the login';
	}

	if (command === 'STARTTLS') {
		return 'does no STARTTLS, without which nothing is sent';
	}

	return command === 'MAIL FROM' ? 'does not take mail from `mail.from`' : 'is not there for us';
};

const withOwnCode = (error: SmtpError): Error => {
	const {message, originalCode, code} = error;
	return Object.assign(new Error(message), originalCode === undefined && (code === undefined || code === 'ESOCKET') ? {} : {code: originalCode ?? code});
};

/** Turns whatever ended a session into a `ClientError`; what the server quotes of the login is blotted out. */
export const toMailError = (given: unknown, place: MailPlace, {isTextOut}: Progress): ClientError => {
	if (given instanceof ClientError) {
		return given;
	}

	const error: SmtpError = given instanceof Error ? given : new Error(String(given));
	const {response, responseCode = 0, code, command = ''} = error;
	const {name: peer} = place;
	const isFinal = responseCode >= 500 && responseCode < 600;
	const said = response ?? reasonOf(withOwnCode(error), advice);
	const words = safeText(withoutSecrets(said, secretsOf(place)), 400);

	if (responseCode >= 400 && responseCode < 600) {
		const isItem = isAboutLetter(error, {isTextOut});
		const kind = isFinal ? (isItem ? 'rejected' : 'denied') : 'transient';
		const what = isItem ? (isFinal ? 'refuses the letter' : 'does not take the letter now') : wordsOfStage(command);
		return new ClientError(`${peer} ${what}: ${words}`, {peer, kind, scope: isItem ? 'item' : 'cluster'});
	}

	if (isTextOut) {
		return new ClientError(`the letter was on its way to ${peer} and no answer came: ${words}`, {peer, kind: 'unknown-outcome', scope: 'cluster'});
	}

	if (code === 'EMESSAGE') {
		return new ClientError(`${peer} takes no letter of this size: ${words}`, {peer, kind: 'rejected'});
	}

	return code === 'EAUTH'
		? new ClientError(`${peer} does not take the login: ${words}`, {peer, kind: 'denied', scope: 'cluster'})
		: new ClientError(`${peer} cannot be reached: ${words}`, {peer, kind: 'transient', scope: 'cluster'});
};
