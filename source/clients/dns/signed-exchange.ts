import {randomInt} from 'node:crypto';
import {type Clock} from '../../domain/clock.js';
import {safeText} from '../../domain/safe-text.js';
import {ClientError, type ClientErrorKind} from '../client-error.js';
import {exchange, NoAnswerError, type ServerAddress} from './dns-tcp.js';
import {type Go, type RowOf} from './server-kind.js';
import {
	readTsigSecret,
	signMessage,
	verifyAnswer,
	type Signed,
	type TsigKey,
} from './tsig.js';
import {WireError} from './wire-bytes.js';
import {
	decodeMessage,
	encodeMessage,
	opcodes,
	rcodeName,
	rcodes,
	type Message,
	type NewMessage,
} from './wire.js';

/** A zone on a server, and the key to it. */
export type SignedZone = {
	readonly row: RowOf<'rfc2136'>;
	readonly address: ServerAddress;
	/** Whose errors they are. */
	readonly peer: string;
	readonly clock: Clock;
};

/** What is asked; a change is sent only after a word of the guard, and is of unknown outcome without an answer to believe. */
export type Request = Omit<NewMessage, 'id'> & {readonly isChange: boolean};

const ofServer = (peer: string, kind: ClientErrorKind, text: string): ClientError => new ClientError(safeText(text), {peer, kind, scope: 'cluster'});

const keyOf = ({row, peer}: SignedZone): TsigKey => {
	const secret = readTsigSecret(row.keySecret.reveal());
	if (!secret) {
		throw ofServer(peer, 'denied', `the secret of the key ${row.keyName} is not base64: copy it from the server's \`key\` statement as it is`);
	}

	return {name: row.keyName.toLowerCase().replace(/\.$/, ''), algorithm: row.algorithm, secret};
};

const clockWords = (aheadSeconds: number | null): string => aheadSeconds === null || aheadSeconds === 0
	? 'the clocks differ too much'
	: `the server's clock is ${Math.abs(aheadSeconds)} s ${aheadSeconds > 0 ? 'ahead of' : 'behind'} ours`;

const remedies: Readonly<Record<string, (row: SignedZone['row'], aheadSeconds: number | null) => string>> = {
	BADSIG: ({keyName}) => `the server has another secret for the key ${keyName}`,
	BADKEY: ({keyName, algorithm}) => `the server does not know the key ${keyName} with ${algorithm}`,
	BADTIME: (_, aheadSeconds) => `${clockWords(aheadSeconds)}: do both keep time?`,
};

const unsignedWords = ({server, keyName, algorithm}: SignedZone['row'], rcode: number): string =>
	`${server} answered ${rcodeName(rcode)} without a signature: does it know the key ${keyName} with ${algorithm} and this secret, and do both clocks keep time?`;

const signed = (zone: SignedZone, key: TsigKey, request: Request, id: number): Signed => {
	try {
		return signMessage(encodeMessage({...request, id}), key, zone.clock.now());
	} catch (error) {
		if (error instanceof WireError) {
			throw new ClientError(safeText(error.message), {peer: zone.peer, kind: 'rejected', cause: error});
		}

		throw error;
	}
};

const send = async ({address, peer, row}: SignedZone, bytes: Buffer, {isChange}: Request, go: Go): Promise<Buffer> => {
	try {
		return await exchange(address, bytes, {
			signal: go.signal,
			ask() {
				if (isChange) {
					go.ask();
				}
			},
		});
	} catch (error) {
		if (error instanceof NoAnswerError) {
			throw ofServer(peer, isChange && error.wasSent ? 'unknown-outcome' : 'transient', error.wasSent
				? `${row.server} did not answer: ${error.message}`
				: `${row.server} cannot be reached: ${error.message}`);
		}

		throw error;
	}
};

/** Asks the server, and answers only what it surely said. */
export const askSigned = async (zone: SignedZone, request: Request, go: Go): Promise<Message> => {
	const {row, peer, clock} = zone;
	const key = keyOf(zone);
	const id = randomInt(65_536);
	const {bytes, mac} = signed(zone, key, request, id);
	const reply = await send(zone, bytes, request, go);
	const doubtful = request.isChange ? 'unknown-outcome' : 'transient';
	const doubt = (why: string): ClientError => ofServer(peer, doubtful, `${row.server}: ${why}`);
	try {
		const answer = decodeMessage(reply);
		if (!answer.isAnswer || answer.id !== id || answer.opcode !== (request.opcode ?? opcodes.query) || answer.isTruncated) {
			throw doubt('the answer is to another question');
		}

		const {rcode} = answer;
		const verdict = verifyAnswer({
			bytes: reply, answer, key, requestMac: mac, now: clock.now(),
		});
		if (verdict.is === 'bad') {
			throw doubt(verdict.why);
		}

		if (verdict.is === 'unsigned') {
			const isRefusal = rcode === rcodes.refused || rcode === rcodes.notAuth;
			throw ofServer(peer, isRefusal && !request.isChange ? 'denied' : doubtful, unsignedWords(row, rcode));
		}

		if (verdict.is === 'refused') {
			const remedy = remedies[verdict.error] ?? (() => `the server does not take the signature with the key ${row.keyName}`);
			throw ofServer(peer, 'denied', `${remedy(row, verdict.aheadSeconds)} (${verdict.error})`);
		}

		return answer;
	} catch (error) {
		throw error instanceof WireError ? doubt(`the answer is no DNS message: ${error.message}`) : error;
	}
};
