import {type Settings} from './settings.js';

/** Of a pool that is not in the config any more; ms. */
const defaultMs = 72 * 3_600_000;

/** How long an address rests before anybody else gets it; ms. */
export const quarantineOf = ({pools}: Pick<Settings, 'pools'>, cluster: string, pool: string): number =>
	pools.find(candidate => candidate.cluster === cluster && candidate.name === pool)?.quarantineMs ?? defaultMs;
