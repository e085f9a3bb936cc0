import {type Kysely} from 'kysely';
import {type Stamps} from '../overview.js';
import {type Schema} from '../schema.js';

/** Nothing that is known of makes what is kept by stamps differ from what is stored; if anything ever does, it is right again after so long. */
export const trustMs = 300_000;

/** How often each table was changed, as whoever reads in the same transaction sees them. */
export const readStamps = async (db: Kysely<Schema>): Promise<Stamps> => {
	const rows = await db.selectFrom('changes').selectAll().execute();
	return Object.fromEntries(rows.map(({subject, stamp}) => [subject, stamp]));
};
