import {TLSSocket, type ConnectionOptions} from 'node:tls';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import {ClientError} from '../client-error.js';
import {systemTrust} from '../system-trust.js';
import {type MailPlace} from './mail-place.js';

type Done = (error?: Error | null) => void;

/** One connection to the mail server, for one piece of work. */
export type Sessions = {
	/** Connects, greets, looks whom it speaks to, logs in, works, says good-bye; whatever happens, it is over within the time. */
	readonly speak: (work: (connection: SMTPConnection) => Promise<void>) => Promise<void>;
	/** Cuts what is open. */
	readonly close: () => void;
};

/** A call of nodemailer as a promise. */
export const asked = async (ask: (done: Done) => void): Promise<void> => new Promise((resolve, reject) => {
	ask(error => {
		if (error) {
			reject(error);
		} else {
			resolve();
		}
	});
});

/** With fingerprints, whose certificate it is was not looked at in the handshake: the greeting is all that has gone out so far. */
const checkFingerprint = (connection: SMTPConnection, fingerprints: readonly string[], {name: peer}: MailPlace): void => {
	const socket = connection._socket;
	const seen = socket instanceof TLSSocket ? socket.getPeerCertificate().fingerprint256 : undefined;
	if (fingerprints.length === 0 || (seen !== undefined && fingerprints.includes(seen))) {
		return;
	}

	const what = seen === undefined
		? 'it offers no TLS, so that nothing shows whether it is the server of `mail.fingerprints`'
		: `its certificate has the fingerprint ${seen}, which is not in \`mail.fingerprints\`: if its certificate was renewed, add it there; if not, somebody stands in between`;
	throw new ClientError(`${peer} is not trusted: ${what}`, {peer, kind: 'transient', scope: 'cluster'});
};

const login = async (connection: SMTPConnection, place: MailPlace): Promise<void> => {
	if (place.login === null) {
		return;
	}

	if (!connection.allowsAuth) {
		throw new ClientError(`${place.name} offers no login: take user and password out of \`mail.smtp\`, or write the port that takes one`, {
			peer: place.name, kind: 'denied', scope: 'cluster',
		});
	}

	const {user, pass} = place.login;
	await asked(done => {
		connection.login({user, pass, credentials: {user, pass}}, done);
	});
};

/** How sessions are made: with fingerprints these decide, once the connection stands; without, the authorities. */
export const createSessions = (place: MailPlace, fingerprints: readonly string[], timeoutMs: number): Sessions => {
	const open = new Set<SMTPConnection>();
	const isPinned = fingerprints.length > 0;
	let tls: ConnectionOptions | undefined;

	const connect = (): SMTPConnection => {
		tls ??= isPinned ? {rejectUnauthorized: false} : {secureContext: systemTrust()}; // Hundreds of certificates, read once.
		return new SMTPConnection({
			host: place.host,
			port: place.port,
			secure: place.isSecure,
			requireTLS: !place.isSecure && (isPinned || place.needsTls),
			tls,
			connectionTimeout: timeoutMs,
			greetingTimeout: timeoutMs,
			dnsTimeout: timeoutMs,
			socketTimeout: 2 * timeoutMs,
			maxResponseSize: 65_536,
		});
	};

	return {
		async speak(work) {
			const connection = connect();
			const {promise: broken, reject: breakOff} = Promise.withResolvers<never>();
			const timer = setTimeout(breakOff, timeoutMs, new Error(`no answer within ${timeoutMs / 1000} s`));
			connection.on('error', breakOff);
			connection.on('end', () => {
				setImmediate(breakOff, new Error('it closed the connection')); // Who knows better why it ended speaks first.
			});
			open.add(connection);

			const steps = async (): Promise<void> => {
				await asked(done => {
					connection.connect(done);
				});
				checkFingerprint(connection, fingerprints, place);
				await login(connection, place);
				await work(connection);
			};

			try {
				await Promise.race([broken, steps()]);
				connection.quit();
			} finally {
				clearTimeout(timer);
				connection.close();
				open.delete(connection);
			}
		},
		close() {
			for (const connection of open) {
				connection.close();
			}
		},
	};
};
