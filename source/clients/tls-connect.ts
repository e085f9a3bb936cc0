import tls from 'node:tls';
import {buildConnector} from 'undici';
import {systemTrust} from './system-trust.js';

/** Whose certificate is good: `fingerprints` are SHA-256, `ca` is PEM; with neither the system's CAs decide. */
export type Trust = {
	/** Whose list it is, for the words of a reason: `cluster`, `panel`. */
	readonly owner: string;
	readonly fingerprints: readonly string[];
	readonly ca: string | null;
};

const createTrust = ({fingerprints, ca}: Trust): tls.ConnectionOptions => fingerprints.length > 0
	? {rejectUnauthorized: false} // The fingerprint decides, below.
	: {secureContext: ca === null ? systemTrust() : tls.createSecureContext({ca: [ca]})};

// The reason is cut somewhere: of many the first tells which list it is.
const listed = ([first, ...others]: readonly string[]): string => others.length === 0 ? first! : `${first} and ${others.length} more`;

const foreign = (seen: string, {owner, fingerprints}: Trust): Error => new Error(`its certificate has the fingerprint ${seen}, which is not in this ${owner}'s \`fingerprints\` (${listed(fingerprints)}): `
	+ 'if its certificate was renewed, add it there; if not, somebody stands in between');

/** How a connection is made: TLS to a server whose certificate is one of the fingerprints, or is signed by the CA or one of the system's. */
export const createTlsConnect = (trust: Trust, timeoutMs: number): buildConnector.connector => {
	const wanted = new Set(trust.fingerprints.map(fingerprint => fingerprint.toUpperCase()));
	const connect = buildConnector({
		...createTrust(trust), timeout: timeoutMs, allowH2: false, maxCachedSessions: 0, // A resumed session shows no certificate to compare, and asks nobody whether it has expired.
	});

	return (options, callback) => {
		if (options.protocol !== 'https:') {
			callback(new Error('only https:// URLs are spoken to: the token would be readable'), null);
			return;
		}

		connect(options, (error, socket) => {
			if (error) {
				callback(error, null);
				return;
			}

			const seen = (socket as tls.TLSSocket).getPeerCertificate().fingerprint256 ?? '(none)';
			if (wanted.size > 0 && !wanted.has(seen)) {
				socket?.destroy();
				callback(foreign(seen, trust), null);
				return;
			}

			callback(null, socket);
		});
	};
};
