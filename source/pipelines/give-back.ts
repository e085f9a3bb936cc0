import {quarantineOf} from '../domain/quarantine.js';
import {type Settings} from '../domain/settings.js';
import {type Vm} from '../domain/vm.js';
import {type Tables} from '../store/store.js';

/** What a removed VM held: its addresses rest in quarantine, its names in DNS are given up, its snapshots and its password are forgotten. */
export const giveBack = async ({addresses, dnsRecords, snapshots, vms}: Tables, vm: Pick<Vm, 'id' | 'cluster'>, settings: Settings, now: number): Promise<void> => {
	for (const {address, pool} of await addresses.listFor(vm.id)) {
		await addresses.release(vm.id, address, now, quarantineOf(settings, vm.cluster, pool));
	}

	await dnsRecords.want(vm.id, [], now);
	await snapshots.sync(vm.id, []);
	await vms.set(vm.id, {password: null, remoteStatus: 'unknown'});
};
