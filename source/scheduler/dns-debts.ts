import {type DnsConnections} from '../clients/dns/dns.js';
import {type Clock} from '../domain/clock.js';
import {placeName, type DnsRecord} from '../domain/dns-record.js';
import {type Log} from '../domain/log.js';
import {type Settings} from '../domain/settings.js';
import {vmName} from '../domain/vm.js';
import {payRecords} from '../pipelines/pay-records.js';
import {type Paid} from '../pipelines/settle-record.js';
import {type Reads} from '../store/store.js';
import {readConditions} from './conditions.js';
import {type Lock} from './instance.js';

export type DebtsWish = {
	readonly signal: AbortSignal;
	readonly report?: (line: string) => void;
	/** Whether Process VMs being paused or off counts for nothing, as for a run of it by hand. */
	readonly isRun?: boolean;
};

/** Tries every debt in DNS whose moment has come, under that lock; answers how many it tried. One go at a time in this process: another one finds nothing to do. */
export type PayDebts = (lock: Pick<Lock, 'store' | 'guard'>, wish: DebtsWish) => Promise<number>;

export type PayDebtsDeps = {
	readonly read: Reads;
	readonly dns: DnsConnections;
	readonly settings: () => Settings;
	readonly clock: Clock;
	readonly random: () => number;
	readonly log: Log;
};

/** Of each zone on each server in one go, so that none waits long for another, and a hold is soon heard of. */
const most = 100;

const listPayable = async ({read, settings, clock}: PayDebtsDeps, {isRun = false}: DebtsWish): Promise<readonly DnsRecord[]> => {
	const now = clock.now();
	const observed = settings().clusters.filter(({observe}) => observe).map(({name}) => name);
	const due = await read.dnsRecords.listDue({now, limit: most, except: observed});
	// Nearly always there is nothing: then this was the only question.
	if (due.length === 0) {
		return due;
	}

	const {hold, goingOn} = await readConditions(read, settings(), now);
	return hold === null && (isRun || goingOn.includes('process_vms')) ? due : [];
};

/** A line each; a failure that was said before, of this record or just now of another one there, is no news. */
const tell = (paid: readonly Paid[], log: Log): void => {
	const said = new Set<string>();
	for (const {record, state, error, line} of paid) {
		const cause = `${placeName(record)}: ${error}`;
		const isNews = error !== null && error !== record.error && !said.has(cause);
		said.add(cause);
		log({
			level: isNews ? 'warning' : 'debug', event: state === 'done' ? 'dns-written' : 'dns-failed', message: line, ...record.vmId !== null && {vm: vmName({id: record.vmId})},
		});
	}
};

export const createPayDebts = (deps: PayDebtsDeps): PayDebts => {
	const {dns, clock, random, log} = deps;
	let isAtIt = false;

	const pay: PayDebts = async ({store, guard}, wish) => {
		const due = await listPayable(deps, wish);
		if (due.length === 0) {
			return 0;
		}

		const paid = await payRecords(due, {
			store, dns: dns.guardedBy(guard), clock, random, signal: wish.signal,
		});
		tell(paid, log);
		for (const {line} of paid) {
			wish.report?.(line);
		}

		return paid.length;
	};

	return async (lock, wish) => {
		if (isAtIt || wish.signal.aborted) {
			return 0;
		}

		isAtIt = true;
		try {
			return await pay(lock, wish);
		} finally {
			isAtIt = false;
		}
	};
};
