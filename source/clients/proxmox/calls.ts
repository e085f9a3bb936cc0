import PQueue from 'p-queue';
import {type Clock} from '../../domain/clock.js';
import {safeText} from '../../domain/safe-text.js';
import {type ClusterSettings} from '../../domain/settings.js';
import {withoutSecrets} from '../../domain/without-secrets.js';
import {ClientError} from '../client-error.js';
import {type NoAnswer} from '../no-answer.js';
import {type ApiCall, isChange} from './api-call.js';
import {
	isProxyTrouble,
	refusalOf,
	strangeReply,
	type Peer,
} from './errors.js';
import {type Guard} from './proxmox.js';
import {createTransport, type Answer} from './transport.js';

/** What Proxmox wraps every answer in. */
export type Envelope = {
	readonly data: unknown;
	/** Of a list that comes in pages: the number of all rows. */
	readonly total?: unknown;
};

export type Calls = {
	/** Sends the call within the cluster's limits, to the first URL that can be reached; throws `ClientError`, or what the guard throws. */
	readonly call: (call: ApiCall, guard: Guard) => Promise<Envelope>;
	readonly close: () => Promise<void>;
};

/** What is shorter might be a word of any answer. */
const shortestToken = 16;

type Failed = NoAnswer & {readonly url: string};

// The asked node itself is in trouble: another one may do better, where no node is named in the path.
const isWorthAnother = ({status}: Answer, {node}: ApiCall): boolean => (isProxyTrouble(status) && node === undefined) || status === 502 || status === 503 || status === 504;

const envelopeOf = ({text}: Answer, call: ApiCall, {name: peer, tokenSecret}: Peer): Envelope => {
	let body: unknown;
	try {
		// The log of a task may quote the token, too.
		body = JSON.parse(tokenSecret.length < shortestToken ? text : withoutSecrets(text, [tokenSecret]));
	} catch (error) {
		throw strangeReply('no JSON; is the URL a Proxmox API?', call, peer, error);
	}

	if (typeof body !== 'object' || body === null || !('data' in body)) {
		throw strangeReply('JSON without `data`; is the URL a Proxmox API?', call, peer);
	}

	return body;
};

const unreachable = (failed: readonly Failed[], call: ApiCall, peer: string): ClientError => {
	// Where every server was reached and none answered in this node's name, it is the node that hangs.
	const scope = call.node !== undefined && failed.every(({wasSent}) => wasSent) ? 'node' : 'cluster';
	const reasons = failed.map(({url, reason}) => `${new URL(url).host}: ${reason}`).join('; ');
	return new ClientError(safeText(`no URL of ${peer} answered ${call.method} ${call.path}: ${reasons}`, 1000), {
		peer, kind: 'transient', scope, node: call.node ?? null,
	});
};

const unknownOutcome = ({url, reason}: Failed, call: ApiCall, peer: string): ClientError => new ClientError(
	safeText(`${call.method} ${call.path} was sent to ${new URL(url).host} and no answer came: ${reason}`, 700),
	{peer, kind: 'unknown-outcome', node: call.node ?? null},
);

const createLimits = ({calls, callsPerNode}: ClusterSettings) => {
	const ofCluster = new PQueue({concurrency: calls});
	const ofNodes = new Map<string, PQueue>();

	const ofNode = (node: string): PQueue => {
		const queue = ofNodes.get(node) ?? new PQueue({concurrency: callsPerNode});
		ofNodes.set(node, queue);
		return queue;
	};

	// The node's turn comes first: who waits for a slow node takes nothing from the others.
	return async <T>({node}: ApiCall, work: () => Promise<T>): Promise<T> => {
		const inCluster = async () => ofCluster.add(work);
		return node === undefined ? inCluster() : ofNode(node).add(inCluster);
	};
};

/** Calls of one cluster: its limits, the order of its URLs and the meaning of its answers. */
export const createCalls = (settings: ClusterSettings, options: {readonly clock: Clock}): Calls => {
	const {name, urls, tokenId, tokenSecret} = settings;
	const transport = createTransport(settings, options);
	const withinLimits = createLimits(settings);
	const peer: Peer = {name, tokenId, tokenSecret: tokenSecret.reveal()};
	let lastGood = urls[0];

	const ask = async (call: ApiCall, guard: Guard): Promise<Answer> => {
		const beforeSend = isChange(call) ? guard : () => undefined;
		const failed: Failed[] = [];
		let troubled: Answer | undefined;

		for (const url of urls.toSorted((a, b) => Number(b === lastGood) - Number(a === lastGood))) {
			beforeSend(); // And again when the connection stands, which may take seconds.
			const sent = await transport.send(url, call, beforeSend);

			if ('reason' in sent) {
				failed.push({...sent, url});
				if (isChange(call) && sent.wasSent) {
					throw unknownOutcome({...sent, url}, call, name);
				}
			} else if (isWorthAnother(sent, call) && !isChange(call)) {
				troubled = sent;
			} else {
				lastGood = url;
				return sent;
			}
		}

		if (troubled) {
			return troubled;
		}

		throw unreachable(failed, call, name);
	};

	return {
		async call(call, guard) {
			const answer = await withinLimits(call, async () => ask(call, guard));
			if (answer.status < 200 || answer.status > 299) {
				throw refusalOf(answer, call, peer);
			}

			return envelopeOf(answer, call, peer);
		},
		close: transport.close,
	};
};
