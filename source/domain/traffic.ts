/** Bytes of one VM in one span; `estimated` of them come from samples coarser than the finest, `gapSeconds` of the span have no sample. */
export type TrafficSpan = {
	readonly bytesIn: number;
	readonly bytesOut: number;
	readonly estimatedBytes: number;
	readonly gapSeconds: number;
};

/** A row of the ledger: an hour `2026-11-21T17Z` (UTC), a day `2026-11-21` or a month `2026-11` (in the VM's zone). */
export type TrafficRow = TrafficSpan & {
	readonly vmId: number;
	readonly unit: 'hour' | 'day' | 'month';
	readonly start: string;
};

/** Up to where a VM's samples were counted; seconds since the epoch. */
export type TrafficMark = {
	readonly vmId: number;
	readonly watermark: number;
	/** Wall ms of the last count that found something new; 0: there was none yet. */
	readonly countedAt: number;
};

export const sumOf = (spans: readonly TrafficSpan[]): TrafficSpan => {
	const sum = (part: keyof TrafficSpan) => spans.reduce((total, span) => total + span[part], 0);
	return {
		bytesIn: sum('bytesIn'), bytesOut: sum('bytesOut'), estimatedBytes: sum('estimatedBytes'), gapSeconds: sum('gapSeconds'),
	};
};
