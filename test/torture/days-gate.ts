import {type ProxmoxConnection} from '../../source/clients/proxmox/proxmox.js';
import {type Store} from '../../source/store/store.js';
import {type Ground} from './days-process.js';
import {type Process} from './days-time.js';

/** What a dead process hears of every call: nothing. */
export class Killed extends Error {
	override readonly name = 'Killed';
}

/** What every call of a process passes before and after; `check` throws where it is dead, `pass` waits while it is frozen too. */
export type Gate = {readonly pass: () => Promise<void>; readonly check: () => void};

type Call = (...values: unknown[]) => unknown;

const isPlain = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** The same calls, each with a gate before and after it: what is killed in between leaves what it did, and hears nothing of it. */
const gated = <T extends object>(calls: T, gate: Gate, traffic: Ground['traffic']): T => Object.fromEntries(Object.entries(calls).map(([name, value]: [string, unknown]) => {
	if (typeof value !== 'function') {
		return [name, isPlain(value) ? gated(value, gate, traffic) : value];
	}

	return [name, async (...values: unknown[]) => {
		await gate.pass();
		traffic.underWay++;
		traffic.count++;
		try {
			return await (value as Call)(...values);
		} finally {
			traffic.underWay--;
			await gate.pass();
		}
	}];
})) as T;

const taking = <T extends object>(calls: T, inTurn: Ground['inTurn']): T =>
	Object.fromEntries(Object.entries(calls).map(([name, call]: [string, Call]) => [name, async (...values: unknown[]) => inTurn(async () => call(...values))])) as T;

/** A store as a process has it. */
export const gatedStore = (store: Store, gate: Gate, {traffic, bell, inTurn}: Ground, process: Process): Store => {
	const read = gated(store.read, gate, traffic);
	const {overview, checkpoint} = store;
	return {
		...store,
		read,
		...gated({
			...taking({write: store.write}, inTurn), leases: taking(store.leases, inTurn), sessions: taking(store.sessions, inTurn), overview, checkpoint,
		}, gate, traffic),
		fencedBy(lease) {
			const {write} = store.fencedBy(lease);
			return {lease, read, ...gated(taking({write}, inTurn), gate, traffic)};
		},
		dataVersion() {
			gate.check();
			return store.dataVersion();
		},
		ring: bell.ring,
		onRing: async heard => bell.onRing(process, heard),
	};
};

/** A connection as a process has it. */
export const gatedConnection = (connection: ProxmoxConnection, gate: Gate, {traffic}: Ground): ProxmoxConnection => ({
	...connection,
	reader: gated(connection.reader, gate, traffic),
	guardedBy: guard => gated(connection.guardedBy(guard), gate, traffic),
});
