import {startNameServer} from '../../../source/simulation/name-server.js';
import {hasPdns, startPdns} from '../../support/pdns.js';
import {describeNameServer} from './conformance.js';
import {connectTo} from './powerdns-fixture.js';

describeNameServer('the simulated PowerDNS', async () => {
	const server = await startNameServer({zones: ['example.net', '113.0.203.in-addr.arpa'], apiKey: 'a key'});
	const {find, close} = connectTo(server);
	return {
		forward: find('example.net'),
		reverse: find('113.0.203.in-addr.arpa'),
		async put(record) {
			server.put(record);
		},
		see: async (name, type) => server.see(name, type),
		async close() {
			await close();
			await server.close();
		},
	};
});

describeNameServer('a real PowerDNS on SQLite, over its HTTP API', hasPdns()
	? async () => {
		const server = await startPdns();
		const {find, close} = connectTo(server);
		return {
			forward: find('example.net'),
			reverse: find('113.0.203.in-addr.arpa'),
			put: server.put,
			see: server.see,
			async close() {
				await close();
				await server.close();
			},
		};
	}
	: undefined);
