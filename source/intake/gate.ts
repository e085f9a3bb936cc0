import {type OrderDesk} from '../app/order-desk.js';
import {type Actor} from '../domain/activity.js';
import {type Clock} from '../domain/clock.js';
import {nonceKeptMs} from '../domain/intake-order.js';
import {type Settings} from '../domain/settings.js';
import {type Answer, refusal} from './answer.js';
import {createRateLimit} from './rate-limit.js';
import {createSeenNonces} from './seen-nonces.js';
import {isSignature} from './signature.js';

/** A request as it came: its path with the query, its body whole. */
export type IntakeRequest = {
	readonly method: string;
	readonly path: string;
	readonly body: Uint8Array;
	/** By their small names. */
	readonly headers: Readonly<Record<string, string | undefined>>;
	readonly address: string | null;
};

/** Who asks: whose orders they are, and who the activity log says that it was. */
export type Caller = {readonly keyName: string; readonly actor: Actor};

/** Finds out who asks, or says why nobody is let in. */
export type Gate = (request: IntakeRequest) => Promise<Caller | Answer>;

export const isAnswer = (given: Caller | Answer): given is Answer => 'status' in given;

/** How far the clocks of both ends may differ. */
const driftSeconds = 300;

// Checked against where there is no such key, so that its absence takes as long.
const nobody = 'nobody has this secret, whatever is signed with it';

const badSignature = refusal(401, {code: 'bad-signature', message: 'the request is not signed by a key that is known here', hint: 'check the key\'s name and secret on both sides; what is signed: method, path with query, time, nonce, body'});

const stale = (now: number): Answer => refusal(401, {
	code: 'stale', message: `the time of the request is more than ${driftSeconds} s from the clock here`, hint: 'set the clock of the sender by NTP', now,
});

const replay = refusal(409, {code: 'replay', message: 'that nonce was used before', hint: 'make a new nonce for each request; the same order key is taken once'});

const tooMany = (retryAfter: number): Answer => refusal(429, {
	code: 'too-many', message: 'this key sends more than intake.ordersPerMinute in the config allows', hint: `send it again in ${retryAfter} s`,
}, {retryAfter});

type Proof = {readonly keyName: string; readonly timestamp: string; readonly nonce: string; readonly signature: string};

const readProof = ({headers}: IntakeRequest): Proof | undefined => {
	const {'x-cronsole-key': keyName = '', 'x-cronsole-timestamp': timestamp = '', 'x-cronsole-nonce': nonce = '', 'x-cronsole-signature': signature = ''} = headers;
	const isWhole = /^\d{1,12}$/.test(timestamp) && /^[\w-]{16,64}$/.test(nonce) && signature.length < 100;
	return isWhole
		? {
			keyName, timestamp, nonce, signature,
		}
		: undefined;
};

export type GateDeps = {readonly settings: () => Pick<Settings, 'intake'>; readonly desk: Pick<OrderDesk, 'useNonce'>; readonly clock: Clock};

/** Lets in what a key of the config has signed, just now and only once, and not too much of it. */
export const createGate = ({settings, desk, clock}: GateDeps): Gate => {
	const waitFor = createRateLimit(clock.monotonic);
	const isNew = createSeenNonces(clock.monotonic, nonceKeptMs);

	return async request => {
		const {keys, ordersPerMinute} = settings().intake;
		const proof = readProof(request);
		if (!proof) {
			return badSignature;
		}

		const {keyName, timestamp, nonce, signature} = proof;
		const secret = Object.hasOwn(keys, keyName) ? keys[keyName] : undefined;
		const isSigned = isSignature(signature, secret?.reveal() ?? nobody, {...request, timestamp, nonce});
		if (!isSigned || !secret) {
			return badSignature;
		}

		const now = Math.floor(clock.now() / 1000);
		if (Math.abs(now - Number(timestamp)) > driftSeconds) {
			return stale(now);
		}

		const isOrder = request.method === 'POST';
		const wait = waitFor(`${isOrder ? 'order' : 'look'} ${keyName}`, ordersPerMinute);
		if (wait > 0) {
			return tooMany(wait);
		}

		// An order's nonce outlives this process: it is durable before anything else is.
		const isFirst = isOrder ? await desk.useNonce(keyName, nonce) : isNew(keyName, nonce);
		return isFirst ? {keyName, actor: {name: `intake:${keyName}`, address: request.address}} : replay;
	};
};
