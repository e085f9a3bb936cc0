import {isLoopback} from '../../domain/ip.js';
import {type MailSettings} from '../../domain/settings.js';
import {loginOf} from '../url-login.js';

/** Where the mail server is and how it is spoken to. */
export type MailPlace = {
	readonly host: string;
	readonly port: number;
	/** `mail.example.net:587`, for people. */
	readonly name: string;
	/** TLS from the first byte (`smtps://`). */
	readonly isSecure: boolean;
	/** No STARTTLS, no mail. */
	readonly needsTls: boolean;
	readonly login: {readonly user: string; readonly pass: string} | null;
};

/** Takes the URL of `mail.smtp` apart. */
export const placeOf = ({smtp}: Pick<MailSettings, 'smtp'>): MailPlace => {
	const url = new URL(smtp.reveal());
	const isSecure = url.protocol === 'smtps:';
	const host = url.hostname.replaceAll(/^\[|\]$/g, '').toLowerCase();
	const port = url.port === '' ? (isSecure ? 465 : 25) : Number(url.port);
	const login = loginOf(url);
	return {
		host, port, name: `${host.includes(':') ? `[${host}]` : host}:${port}`, isSecure, needsTls: login !== null && !isLoopback(host), login,
	};
};
