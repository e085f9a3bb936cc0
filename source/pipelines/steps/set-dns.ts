import {payDns} from '../pay-dns.js';
import {done, skipped, type Step} from '../step.js';
import {wantDns} from '../want-dns.js';

/** Writes the VM's names and addresses into every zone of the config that they lie in. It never holds a deploy up: what fails is owed, and tried again. */
export const setDns: Step = async (vm, context) => {
	const {store, settings, clock} = context;
	await store.write(async tables => wantDns(tables, vm, {settings, now: clock.now()}));
	const news = await payDns(vm, context);
	if (news !== undefined) {
		return done(undefined, news);
	}

	const [records, addresses] = await Promise.all([store.read.dnsRecords.listFor(vm.id), store.read.addresses.listFor(vm.id)]);
	const without = addresses.length === 0 ? 'no addresses' : `no zone for ${vm.hostname}`;
	return skipped(records.length === 0 ? without : 'no change');
};
