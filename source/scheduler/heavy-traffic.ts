import {type Clock} from '../domain/clock.js';
import {heavyShare, presentMonths, type HeavyUse} from '../domain/traffic-findings.js';
import {type Reads} from '../store/store.js';
import {createKeptLook, type KeptLook} from './kept-look.js';

/** Looks for VMs that have nearly used up their month's traffic, which is counted once an hour. */
export const createHeavyTraffic = (traffic: Reads['traffic'], clock: Clock): KeptLook<readonly HeavyUse[], readonly []> => createKeptLook({
	clock, tables: ['vms', 'traffic'], atMostEveryMs: 30_000,
	look: async () => traffic.listHeavy(presentMonths(clock.now()), heavyShare),
});
