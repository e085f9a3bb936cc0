import {type Parameters} from 'fast-check';

/** `CRONSOLE_SEED=…` tries others. */
export const seed = Number(process.env.CRONSOLE_SEED ?? 20_261_122);

/** So many runs from the seed, which stands in the titles; `CRONSOLE_RUNS=10` makes ten times as many. */
export const runs = <T>(numberRuns: number): Parameters<T> => ({seed, numRuns: numberRuns * Number(process.env.CRONSOLE_RUNS ?? 1)});
