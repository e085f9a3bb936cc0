import {createServer, type AddressInfo, type Socket} from 'node:net';
import {createInterface} from 'node:readline';
import {text} from 'node:stream/consumers';
import {SMTPServer, type SMTPServerOptions} from 'smtp-server';
import {onTestFinished} from 'vitest';
import {type MailSettings} from '../../source/domain/settings.js';

/** A letter as it lay before the server. */
export type Received = {readonly from: string; readonly to: readonly string[]; readonly raw: string};

/** What is refused, as SMTP says it. */
export const refusal = (responseCode: number, message: string): Error => Object.assign(new Error(message), {responseCode});

const listen = async (server: {readonly listen: (port: number, host: string, heard: () => void) => unknown}): Promise<void> => new Promise(resolve => {
	server.listen(0, '127.0.0.1', resolve);
});

/** A mail server in this process, which takes everything but what `own` refuses; without TLS unless `own` says otherwise. */
export const startSmtp = async (own: SMTPServerOptions = {}) => {
	const received: Received[] = [];
	let sessions = 0;
	const server = new SMTPServer({
		authOptional: true, hideSTARTTLS: true, disableReverseLookup: true, logger: false, closeTimeout: 100,
		onConnect(_, done) {
			sessions++;
			done();
		},
		async onData(stream, {envelope}, done) {
			const raw = await text(stream);
			received.push({from: envelope.mailFrom === false ? '' : envelope.mailFrom.address, to: envelope.rcptTo.map(({address}) => address), raw});
			done();
		},
		...own,
	});
	server.on('error', () => undefined); // Clients that hang up.
	await listen(server);
	onTestFinished(async () => new Promise<void>(resolve => {
		server.close(() => {
			resolve();
		});
	}));
	return {port: (server.server.address() as AddressInfo).port, received, countSessions: () => sessions};
};

/** What a script answers at a point: text as it is, `null` for silence, `end` after what was said hangs up. */
export type Said = {readonly say: string | null; readonly end?: boolean};

const usual: Readonly<Record<string, string>> = {
	greeting: '220 mx.test ESMTP\r\n', EHLO: '250 mx.test\r\n', MAIL: '250 ok\r\n', RCPT: '250 ok\r\n', DATA: '354 go on\r\n', text: '250 taken\r\n', QUIT: '221 bye\r\n',
};

/** A server that says word for word what it is told to. */
export const startScript = async (own: Readonly<Record<string, Said>>) => {
	const heard: string[] = [];
	const sockets = new Set<Socket>();
	const server = createServer(socket => {
		sockets.add(socket);
		socket.on('error', () => undefined);
		const answer = (point: string): void => {
			const {say, end = false} = own[point] ?? {say: usual[point] ?? '500 what?\r\n'};
			if (say !== null) {
				socket.write(say);
			}

			if (end) {
				socket.end();
			}
		};

		let isText = false;
		answer('greeting');
		createInterface({input: socket}).on('line', line => {
			heard.push(line);
			if (isText && line !== '.') {
				return;
			}

			const point = isText ? 'text' : line.split(' ', 1)[0]!;
			isText = point === 'DATA' && own.DATA === undefined;
			answer(point);
		});
	});
	await listen(server);
	onTestFinished(async () => new Promise<void>(resolve => {
		server.close(() => {
			resolve();
		});
		for (const socket of sockets) {
			socket.destroy();
		}
	}));
	return {port: (server.address() as AddressInfo).port, heard};
};

/** Mail settings for a server on this machine. */
export const mailSettings = (url: string, own: Partial<MailSettings> = {}): MailSettings => ({
	smtp: {reveal: () => url}, fingerprints: [], from: 'Hosting <ops@example.net>', templates: null, ...own,
});
