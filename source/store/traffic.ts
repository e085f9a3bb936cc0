import {type HeavyUse} from '../domain/traffic-findings.js';
import {type TrafficMark, type TrafficRow} from '../domain/traffic.js';

export type TrafficReads = {
	/** Up to where the VM's samples were counted; undefined: none yet. */
	readonly findMark: (vmId: number) => Promise<TrafficMark | undefined>;
	/** The ledger's rows of a unit whose `start` lies in [from, to), texts compared; of one VM or of all; ordered by VM and start. */
	readonly list: (filter: {readonly unit: TrafficRow['unit']; readonly from: string; readonly to: string; readonly vmId?: number}) => Promise<readonly TrafficRow[]>;
	readonly listMarks: () => Promise<readonly TrafficMark[]>;
	/** Living VMs whose bytes of both directions in one of the months reach a share of what their package includes. */
	readonly listHeavy: (months: readonly string[], share: number) => Promise<readonly HeavyUse[]>;
};

export type TrafficWrites = {
	/**
	 Adds what was counted to the ledger and moves the watermark from `from` (null: there was none) to `to`; false, and nothing is written, where
	 somebody else counted meanwhile. So nothing is counted twice.
	 */
	readonly add: (count: {readonly vmId: number; readonly from: number | null; readonly to: number; readonly rows: readonly TrafficRow[]; readonly now: number}) => Promise<boolean>;
	/** Removes some rows of a unit whose `start` lies before that text; answers how many. */
	readonly prune: (unit: TrafficRow['unit'], before: string, limit?: number) => Promise<number>;
};

export type Traffic = TrafficReads & TrafficWrites;
