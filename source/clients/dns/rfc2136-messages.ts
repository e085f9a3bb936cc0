import {type RecordSet} from '../../domain/dns-record.js';
import {without} from '../../domain/value-sets.js';
import {type RecordChange} from './dns.js';
import {
	classes,
	encodeValue,
	opcodes,
	types,
	type NewRecord,
} from './wire.js';
import {type Request} from './signed-exchange.js';

type SetName = Omit<RecordSet, 'values'>;
/** A record without content: what it means lies in its class. */
const bare = (name: string, type: number, klass: number): NewRecord => ({
	name, type, class: klass, ttl: 0, rdata: Buffer.alloc(0),
});

const full = ({name, type}: SetName, klass: number, ttl: number) => (value: string): NewRecord => ({
	name, type: types[type], class: klass, ttl, rdata: encodeValue(types[type], value),
});

const update = (zone: string, isChange: boolean, answers: readonly NewRecord[], authorities: readonly NewRecord[]): Request => ({
	isChange, opcode: opcodes.update, questions: [{name: zone, type: types.SOA, class: classes.IN}], answers, authorities,
});

/** Asks for what stands there; recursion is not wished for. */
export const queryMessage = (name: string, type: number): Request => ({isChange: false, questions: [{name, type, class: classes.IN}]});

/** Whether such a set is really there, and no wildcard's answer: a prerequisite alone, which changes nothing. */
export const existsMessage = (zone: string, name: string, type: number): Request => update(zone, false, [bare(name, type, classes.ANY)], []);

/** Changes nothing on no condition: shows whether the key may update the zone. */
export const emptyUpdate = (zone: string): Request => update(zone, false, [], []);

/** Takes away what is not there: shows whether the key may change that set. */
export const trialUpdate = (zone: string, {name, type}: SetName): Request =>
	update(zone, false, [bare(name, types[type], classes.NONE)], [bare(name, types[type], classes.ANY)]);

/** Makes the set `to` at once, if it is `from` now and no CNAME stands there: BIND ignores an address beside one without a word. */
export const changeMessage = (zone: string, change: RecordChange): Request => {
	const {name, type, from, to, ttl} = change;
	return update(zone, true, [
		...from.length === 0 ? [bare(name, types[type], classes.NONE)] : from.map(full(change, classes.IN, 0)),
		...to.length === 0 ? [] : [bare(name, types.CNAME, classes.NONE)],
	], without(from, to).length === 0
		? without(to, from).map(full(change, classes.IN, ttl))
		// The whole set, for PowerDNS finds no value to delete that somebody wrote in capitals.
		: [bare(name, types[type], classes.ANY), ...to.map(full(change, classes.IN, ttl))]);
};
