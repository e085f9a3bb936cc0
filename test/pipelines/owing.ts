import {type DnsRecord} from '../../source/domain/dns-record.js';
import {payRecords} from '../../source/pipelines/pay-records.js';
import {createNamedWorld, wantOne} from './naming.js';

export const name = 'vm1.example.net';

/** A VM whose name is to have that address, and goes at what is owed. */
export const prepareDebt = async (values: readonly string[] = ['203.0.113.10']) => {
	const world = await createNamedWorld();
	const {vm} = await world.order();
	const store = await world.fenced(vm);
	const context = {
		...world, store, random: () => 1, signal: new AbortController().signal,
	};
	const list = async (): Promise<readonly DnsRecord[]> => store.read.dnsRecords.listFor(vm.id);
	await wantOne(store, vm, values, world.clock.now());
	return {
		world, vm, store, context, list,
		want: async (...wanted: readonly string[]) => wantOne(store, vm, wanted, world.clock.now()),
		/** One go at everything that is owed. */
		pay: async (own: Partial<typeof context> = {}) => payRecords(await list(), {...context, ...own}),
		async row(): Promise<DnsRecord | undefined> {
			const [row] = await list();
			return row;
		},
		put(content: string, type = 'A') {
			world.first.put({
				zone: 'example.net', name, type, content,
			});
		},
		see: () => world.first.see(name, 'A').toSorted(),
	};
};

export type Debt = Awaited<ReturnType<typeof prepareDebt>>;
