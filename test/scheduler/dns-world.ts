import {onTestFinished} from 'vitest';
import {type WantedSet} from '../../source/domain/dns-record.js';
import {type DnsSettings} from '../../source/domain/settings.js';
import {startNameServer, type SimulatedNameServer} from '../../source/simulation/name-server.js';
import {type Store} from '../../source/store/store.js';
import {newVm} from '../store/support/temporary-store.js';

const apiKey = 'a-key-that-nobody-prints';

/** A zone of the config on that name server. */
export const zoneOn = ({url}: Pick<SimulatedNameServer, 'url'>, zone = 'example.net'): DnsSettings => ({
	zone, nameServer: 'powerdns', provider: 'powerdns', url, apiKey: {reveal: () => apiKey}, serverId: 'localhost', reserved: [],
});

/** A simulated name server that goes away with its test. */
export const startZones = async (...zones: readonly string[]): Promise<SimulatedNameServer> => {
	const server = await startNameServer({zones, apiKey});
	onTestFinished(async () => {
		server.faults.release();
		await server.close();
	});
	return server;
};

let count = 0;

/** A VM with nothing to do, whose records are owed in that zone since that moment. */
export const addOwing = async (store: Store, {zone = 'example.net', cluster = 'fra1', now = Date.now()}: {readonly zone?: string; readonly cluster?: string; readonly now?: number} = {}) => {
	count++;
	const hostname = `db${count}.${zone}`;
	const wanted: WantedSet = {
		zone, nameServer: 'powerdns', name: hostname, type: 'A', values: [`203.0.113.${count}`], generic: null,
	};
	return store.write(async ({vms, dnsRecords}) => {
		const vm = await vms.insertImported({
			...newVm({reference: `dns-${count}`, hostname, cluster}), node: 'pve1', vmid: 7000 + count, mac: null, remoteStatus: 'running',
		});
		await dnsRecords.want(vm.id, [wanted], now);
		return {
			vm, wanted, hostname, address: wanted.values[0]!,
		};
	});
};
