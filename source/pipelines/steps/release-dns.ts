import {payDns} from '../pay-dns.js';
import {done, skipped, type Step} from '../step.js';

/** Takes away what we wrote of the VM in DNS; its addresses get their generic names back. What fails is owed, and tried again. */
export const releaseDns: Step = async (vm, context) => {
	const {store, clock} = context;
	await store.write(async ({dnsRecords}) => dnsRecords.want(vm.id, [], clock.now()));
	const news = await payDns(vm, context);
	return news === undefined ? skipped('no records') : done(undefined, news);
};
