import {isIPv6, type AddressInfo, type Server} from 'node:net';
import {safeText} from '../domain/safe-text.js';
import {Refused} from '../intents/refused.js';

/** Where to listen; `flag` and `example` for refusals. */
export type ListeningPlace = {readonly host: string; readonly port: number; readonly flag: string; readonly example: string};

/** Reads `127.0.0.1:9464`, `[::1]:9464` or `localhost:9464`; anything else is refused. */
export const readListeningPlace = (text: string, flag: string, usual: number): ListeningPlace => {
	const example = `say where to listen: ${flag} 127.0.0.1:${usual}, or [::1]:${usual}`;
	const {v6, host = v6, port = ''} = /^(?:\[(?<v6>[\d.:a-f]+)\]|(?<host>[\w\-.]+)):(?<port>\d{1,5})$/i.exec(text)?.groups ?? {};
	if (host === undefined || Number(port) > 65_535 || (v6 !== undefined && !isIPv6(v6))) {
		throw new Refused('invalid', `${flag}: “${safeText(text, 80)}” is not an address with a port`, example);
	}

	return {
		host, port: Number(port), flag, example,
	};
};

const reasons: Readonly<Record<string, string>> = {
	EADDRINUSE: 'somebody listens there already', EADDRNOTAVAIL: 'this machine has no such address', EACCES: 'this user may not listen there', ENOTFOUND: 'there is no such name',
};

/** Has a server listen there; answers with where it does, `127.0.0.1:9464`. Refused where it cannot. */
export const listenAt = async (server: Server, {host, port, flag, example}: ListeningPlace): Promise<string> => {
	await new Promise<void>((resolve, reject) => {
		server.once('error', ({code = ''}: NodeJS.ErrnoException) => {
			reject(new Refused('invalid', `${flag}: cannot listen on ${host} port ${port}: ${reasons[code] ?? code}`, example));
		});
		server.listen(port, host, resolve);
	});
	const {address, port: given, family} = server.address() as AddressInfo;
	return family === 'IPv6' ? `[${address}]:${given}` : `${address}:${given}`;
};
