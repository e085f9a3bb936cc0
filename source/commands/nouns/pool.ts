import {exitCodes, type Command} from '../io/io.js';
import {printTable} from '../print/table.js';

/** Address pools and how full they are. */
export const listPools: Command = async (app, _words, _flags, output) => {
	const {pools} = app.settings();
	const use = await app.read.addresses.use(pools, output.now());
	const rows = pools.map(pool => {
		const {total, used, quarantined, held, free} = use.find(row => row.pool === pool.name) ?? {
			total: 0, used: 0, quarantined: 0, held: 0, free: 0,
		};
		return {
			name: pool.name, cluster: pool.cluster, family: pool.family, first: pool.first, last: pool.last, prefix: pool.prefix, gateway: pool.gateway,
			bridge: pool.bridge, vlan: pool.vlan,
			total, used, quarantined, held, free, alertBelow: pool.alertBelow,
		};
	});
	if (output.isJson) {
		output.json({pools: rows});
	} else if (rows.length === 0) {
		output.out('the config has no pools');
	} else {
		await printTable(output, ['POOL', 'CLUSTER', 'FROM', 'TO', 'USED', 'HELD', 'QUARANTINE', 'FREE', 'OF', ''], rows.map(row => [
			row.name, row.cluster, row.first, row.last, `${row.used}`, `${row.held}`, `${row.quarantined}`, `${row.free}`, `${row.total}`, row.free < row.alertBelow ? `low: alert below ${row.alertBelow}` : '',
		]));
	}

	return exitCodes.done;
};
