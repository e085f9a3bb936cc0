import {type Kysely} from 'kysely';
import {type ClusterHealth} from '../../domain/cluster.js';
import {type Clusters} from '../clusters.js';
import {type Schema} from '../schema.js';

/** What was last seen of clusters, and their maintenance; `tables.clusters`. */
export const createClusters = (db: Kysely<Schema>): Clusters => ({
	async list() {
		const rows = await db.selectFrom('clusters').selectAll().orderBy('name').execute();
		return rows.map(row => ({
			name: row.name, state: row.state as ClusterHealth['state'], version: row.version, error: row.error, since: row.since, checkedAt: row.checked_at,
			nodesDown: JSON.parse(row.nodes_down_json) as readonly string[], foreignInstallation: row.foreign_installation,
		}));
	},
	async listMaintenance(now) {
		const rows = await db.selectFrom('maintenance').selectAll().where(eb => eb.or([eb('until', 'is', null), eb('until', '>', now)]))
			.orderBy('cluster').orderBy('node').execute();
		return rows.map(row => ({...row, node: row.node === '' ? null : row.node}));
	},
	async set({name, state, version, error, checkedAt, nodesDown, foreignInstallation}) {
		const row = {
			state, version, error, checked_at: checkedAt, nodes_down_json: JSON.stringify(nodesDown), foreign_installation: foreignInstallation,
		};
		await db.insertInto('clusters').values({name, since: checkedAt, ...row})
			.onConflict(conflict => conflict.column('name').doUpdateSet(eb => ({
				...row,
				since: eb.case().when('clusters.state', '=', state).then(eb.ref('clusters.since')).else(checkedAt).end(),
			}))).execute();
	},
	async setMaintenance({cluster, node, by, reason, since, until}) {
		const row = {
			by, reason, since, until,
		};
		await db.insertInto('maintenance').values({cluster, node: node ?? '', ...row})
			.onConflict(conflict => conflict.columns(['cluster', 'node']).doUpdateSet(row)).execute();
	},
	async endMaintenance(cluster, node) {
		const {numDeletedRows} = await db.deleteFrom('maintenance').where('cluster', '=', cluster).where('node', '=', node ?? '').executeTakeFirst();
		return numDeletedRows > 0n;
	},
});
