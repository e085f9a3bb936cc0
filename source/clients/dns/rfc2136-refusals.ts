import {safeText} from '../../domain/safe-text.js';
import {ClientError, type ClientErrorKind} from '../client-error.js';
import {type SignedZone} from './signed-exchange.js';
import {rcodeName, rcodes} from './wire.js';

/** The prerequisite of an update did not hold. */
export const isUnmet = (rcode: number): boolean => ([rcodes.nxDomain, rcodes.yxDomain, rcodes.yxRrset, rcodes.nxRrset] as readonly number[]).includes(rcode);

type Refusals = Readonly<Record<number, readonly [kind: ClientErrorKind, why: (zone: string, keyName: string) => string]>>;

const refusals: {readonly query: Refusals; readonly update: Refusals} = {
	query: {
		[rcodes.servFail]: ['transient', zone => `it has trouble with ${zone}: its log says more`],
		[rcodes.refused]: ['missing', (zone, keyName) => `it does not serve ${zone}, or does not let the key ${keyName} ask`],
		[rcodes.notAuth]: ['missing', zone => `it does not serve ${zone}`],
	},
	update: {
		[rcodes.servFail]: ['transient', zone => `it could not change ${zone}: its log says more`],
		[rcodes.notImp]: ['rejected', zone => `it takes no updates of ${zone}`],
		[rcodes.refused]: ['denied', (zone, keyName) => `its policy does not let the key ${keyName} change that in ${zone}`],
		[rcodes.notAuth]: ['missing', zone => `it is not the primary server of ${zone}`],
		[rcodes.notZone]: ['missing', zone => `for it that does not lie in ${zone}`],
	},
};

/** An error about a record of the zone. */
export const failure = ({peer}: SignedZone, kind: ClientErrorKind, text: string, cause?: unknown): ClientError => new ClientError(safeText(text), {peer, kind, cause});

/** The error that such an answer is; `what` was asked for. */
export const refusal = (zone: SignedZone, to: keyof typeof refusals, rcode: number, what: string): ClientError => {
	const {server, zone: name, keyName} = zone.row;
	const [kind, why] = refusals[to][rcode] ?? ['rejected', () => 'it does not take what was asked'];
	return failure(zone, kind, `${what}: ${server} answered ${rcodeName(rcode)}: ${why(name, keyName)}`);
};
