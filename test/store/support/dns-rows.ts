import {type DnsRecord, type WantedSet} from '../../../source/domain/dns-record.js';
import {type DnsResult} from '../../../source/store/dns-records.js';
import {type Store} from '../../../source/store/store.js';
import {makeStore, newVm} from './temporary-store.js';

/** A set of `web1.example.net`, with what the test says otherwise. */
export const wantedSet = (facts: Partial<WantedSet> = {}): WantedSet => ({
	zone: 'example.net', nameServer: 'powerdns', name: 'web1.example.net', type: 'A', values: ['192.0.2.7'], generic: null, ...facts,
});

/** The name of an address that has a generic one. */
export const pointerSet = (value = 'web1.example.net', facts: Partial<WantedSet> = {}): WantedSet => wantedSet({
	zone: '2.0.192.in-addr.arpa', name: '7.2.0.192.in-addr.arpa', type: 'PTR', values: [value], generic: '192-0-2-7.static.example.net', ...facts,
});

/** It stands there as it is wanted, and these values are ours. */
export const doneWith = (mine: readonly string[]): DnsResult => ({
	state: 'done', mine, error: null, attempt: 0, nextAttemptAt: null,
});

/** A try that failed. */
export const owedUntil = (nextAttemptAt: number, facts: Partial<DnsResult> = {}): DnsResult => ({
	state: 'owed', mine: [], error: 'no answer', attempt: 1, nextAttemptAt, ...facts,
});

/** A store with two VMs and what the tests do to their records. */
export const makeRecords = async () => {
	const store: Store = await makeStore();
	const [first, second] = await store.write(async ({vms}) => [
		await vms.insert(newVm()),
		await vms.insert(newVm({reference: 'order-2', hostname: 'web2.example.net', cluster: 'nyc1'})),
	]);
	const want = async (vmId: number, sets: readonly WantedSet[], now: number) => store.write(async ({dnsRecords}) => dnsRecords.want(vmId, sets, now));
	const claim = async ({id, revision}: DnsRecord, mine: readonly string[], {now, until}: {readonly now: number; readonly until: number}) =>
		store.write(async ({dnsRecords}) => dnsRecords.claim(id, revision, {mine, now, until}));
	const settle = async ({id, revision}: DnsRecord, result: DnsResult, now: number) => store.write(async ({dnsRecords}) => dnsRecords.settle(id, revision, result, now));
	const only = async (vmId: number): Promise<DnsRecord> => {
		const [record, ...others] = await store.read.dnsRecords.listFor(vmId);

		if (!record || others.length > 0) {
			throw new Error(`${others.length + (record ? 1 : 0)} records`);
		}

		return record;
	};

	/** As a go does it: claim, write, settle. */
	const write = async (record: DnsRecord, now: number) => {
		const claimed = await claim(record, [...record.mine, ...record.values], {now, until: now + 10_000});
		return settle(claimed!, doneWith(record.values), now);
	};

	return {
		store, first: first.id, second: second.id, want, claim, settle, only, write, due: async (now: number, limit = 100) => store.read.dnsRecords.listDue({now, limit}),
	};
};
