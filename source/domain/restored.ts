import {type Hold} from './cluster.js';

/** A VM on a cluster that bears our stamp. `vm` is the number in it. */
export type Stamped = {readonly cluster: string; readonly node: string; readonly vmid: number; readonly vm: number; readonly name: string | null};

/** What helps where the database is older than what was done with it. */
export const acceptCommand = 'cronsole db accept';

/** The hold that stands until a person has compared an older database with its clusters. */
export const holdOfRestored = ({why, since}: {readonly why: string; readonly since: number}): Hold => ({
	by: 'cronsole', reason: `${why}: ${acceptCommand}`, since, until: null,
});
