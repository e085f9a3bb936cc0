import {once} from 'node:events';
import {type AddressInfo, type Socket} from 'node:net';
import tls from 'node:tls';
import {type Certificate} from '../support/https-server.js';

/** Something that stands in front of a server and shows a certificate of its own, as a proxy does, or a man in the middle. */
export type CertificateProxy = {
	readonly url: string;
	/** Shows another one from now on; `isCutting`: and ends what was connected by the one before. */
	readonly show: (certificate: Certificate, isCutting: boolean) => void;
	/** Bytes that came in over connections for which that certificate was shown. */
	readonly heard: (certificate: Certificate) => number;
	/** Connections for which it was shown. */
	readonly shown: (certificate: Certificate) => number;
	readonly close: () => Promise<void>;
};

/** Starts one on the loopback interface. */
export const startCertificateProxy = async (target: string, first: Certificate): Promise<CertificateProxy> => {
	const sockets = new Set<Socket>();
	const bytes = new Map<string, number>();
	const connections = new Map<string, number>();
	let present = first;
	const add = (counts: Map<string, number>, {fingerprint}: Certificate, count: number): void => {
		counts.set(fingerprint, (counts.get(fingerprint) ?? 0) + count);
	};

	const server = tls.createServer({key: first.key, cert: first.cert}, socket => {
		const by = present;
		const behind = tls.connect({host: '127.0.0.1', port: Number(new URL(target).port), rejectUnauthorized: false});
		for (const [one, other] of [[socket, behind], [behind, socket]] as const) {
			sockets.add(one);
			one.on('error', () => other.destroy()).once('close', () => {
				sockets.delete(one);
				other.destroy();
			});
		}

		socket.on('data', (chunk: Buffer) => {
			add(bytes, by, chunk.length);
		});
		socket.pipe(behind).pipe(socket);
	});
	// Whoever hangs up in the middle of the handshake was shown it too.
	server.on('connection', () => {
		add(connections, present, 1);
	});
	server.on('tlsClientError', () => undefined);
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const cut = (): void => {
		for (const socket of sockets) {
			socket.destroy();
		}
	};

	return {
		url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
		show(certificate, isCutting) {
			present = certificate;
			server.setSecureContext({key: certificate.key, cert: certificate.cert});
			if (isCutting) {
				cut();
			}
		},
		heard: ({fingerprint}) => bytes.get(fingerprint) ?? 0,
		shown: ({fingerprint}) => connections.get(fingerprint) ?? 0,
		async close() {
			cut();
			await new Promise(resolve => {
				server.close(resolve);
			});
		},
	};
};
