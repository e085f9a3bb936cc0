import {type TrafficRow, type TrafficSpan} from './traffic.js';
import {createPeriods, quarter, type Names} from './traffic-periods.js';

/** A row of Proxmox's graphs: bytes a second, averaged over the time since the row before it. `time` is its end, in seconds since the epoch; without a rate there is no sample. */
export type Sample = {readonly time: number; readonly netIn: number | undefined; readonly netOut: number | undefined};

/** Proxmox's frames, from the finest on: each reaches further back. */
const frames = ['hour', 'day', 'week', 'month', 'year'] as const;
export type Frame = typeof frames[number];

/** What was answered for each frame that was asked for, oldest sample first. */
export type Answers = ReadonlyMap<Frame, readonly Sample[]>;

type Rate = {readonly bytesIn: number; readonly bytesOut: number};

/** A stretch of time in seconds with its rate; without one nothing is known of it. */
type Stretch = {readonly from: number; readonly to: number; readonly isCoarse: boolean; readonly rate: Rate | undefined};

/** The finest step that any Proxmox keeps; what is coarser is an estimate. */
const finestStep = 60;
/** A sample that is missing may still come for so long: nodes tell each other late. */
const lateSeconds = 300;
const anHour = 3600;

const rateOf = ({netIn, netOut}: Sample): Rate | undefined => netIn !== undefined && netOut !== undefined && netIn >= 0 && netOut >= 0 ? {bytesIn: netIn, bytesOut: netOut} : undefined;

/**
 The step is the distance of two rows. Where it changes within an answer (an upgraded host gives its old, coarse rows first), a row reaches back no further
 than to the row before it, and no further than the rows after it do; what lies between is not known.
 */
const stretchesOf = (rows: readonly Sample[]): readonly Stretch[] => {
	let step = 0;
	return rows.map((row, index) => {
		const before = index === 0 ? Infinity : row.time - rows[index - 1]!.time;
		const after = index === rows.length - 1 ? Infinity : rows[index + 1]!.time - row.time;
		step = before === step ? step : Math.min(before, after, index === rows.length - 1 && step > 0 ? step : Infinity);
		return {
			from: row.time - step, to: row.time, isCoarse: step > finestStep, rate: rateOf(row),
		};
	});
};

/** Rows that tell of the time after a moment, with two before them that show their step. */
const since = (rows: readonly Sample[], at: number): readonly Sample[] => {
	const first = rows.findIndex(({time}) => time > at);
	return rows.slice(Math.max(0, (first === -1 ? rows.length : first) - 2));
};

/** Every moment once: the finest frame as far as it reaches back, then the next. */
const timelineOf = (answers: Answers, watermark: number): readonly Stretch[] => {
	let begin = Infinity;
	return frames.flatMap(frame => {
		const end = begin;
		const stretches = stretchesOf(since(answers.get(frame) ?? [], watermark)).filter(({from, to}) => Number.isFinite(from) && from < Math.min(to, end));
		begin = Math.min(begin, stretches[0]?.from ?? Infinity);
		return stretches.map(stretch => ({...stretch, to: Math.min(stretch.to, end)}));
	}).toSorted((a, b) => a.from - b.from);
};

/** Asks no clock of ours, which Proxmox's may be ahead of: the newest row may still change, and one that is missing shortly before it may still come. */
const settledOf = (timeline: readonly Stretch[]): readonly Stretch[] => {
	const newest = timeline.at(-1)?.to ?? 0;
	const open = timeline.findIndex(({to, rate}) => to === newest || (rate === undefined && to > newest - lateSeconds));
	const settled = timeline.slice(0, open);
	return settled.slice(0, settled.findLastIndex(({rate}) => rate !== undefined) + 1);
};

/** From the watermark on, what nothing is known of included. */
const uncounted = (settled: readonly Stretch[], watermark: number): readonly Stretch[] => {
	let at = watermark;
	return settled.filter(({to}) => to > watermark).flatMap(stretch => {
		const from = Math.max(stretch.from, at);
		const gap = from > at
			? [{
				from: at, to: from, isCoarse: false, rate: undefined,
			}]
			: [];
		at = stretch.to;
		return [...gap, {...stretch, from}];
	});
};

type Sum = {bytesIn: number; bytesOut: number; estimatedBytes: number; gapSeconds: number};

const emptySum = (): Sum => ({
	bytesIn: 0, bytesOut: 0, estimatedBytes: 0, gapSeconds: 0,
});

/** What flowed in each quarter of an hour; a stretch over several gives each its share. */
const sumByQuarter = (stretches: readonly Stretch[]): ReadonlyMap<number, TrafficSpan> => {
	const sums = new Map<number, Sum>();
	for (const {from, to, rate, isCoarse} of stretches) {
		for (let at = from; at < to;) {
			const start = Math.floor(at / quarter) * quarter;
			const end = Math.min(to, start + quarter);
			const sum = sums.get(start) ?? emptySum();
			sums.set(start, sum);
			if (rate) {
				sum.bytesIn += rate.bytesIn * (end - at);
				sum.bytesOut += rate.bytesOut * (end - at);
				sum.estimatedBytes += isCoarse ? (rate.bytesIn + rate.bytesOut) * (end - at) : 0;
			} else {
				sum.gapSeconds += end - at;
			}

			at = end;
		}
	}

	return sums;
};

/** Whole bytes; what is cut off goes to the next, so that hours, days and months add up to the same. */
const createRounding = () => {
	let left = 0;
	return (bytes: number): number => {
		const whole = Math.round(bytes + left);
		left += bytes - whole;
		return whole;
	};
};

const units = ['hour', 'day', 'month'] as const;

const rowsOf = (vmId: number, quarters: ReadonlyMap<number, TrafficSpan>, nameOf: (at: number) => Names): readonly TrafficRow[] => {
	const roundIn = createRounding();
	const roundOut = createRounding();
	const roundEstimate = createRounding();
	const rows = new Map<string, TrafficRow>();
	for (const [at, sum] of quarters) {
		const bytesIn = roundIn(sum.bytesIn);
		const bytesOut = roundOut(sum.bytesOut);
		const estimatedBytes = roundEstimate(sum.estimatedBytes);
		const names = nameOf(at);
		for (const unit of units) {
			const start = names[unit];
			const row = rows.get(start) ?? {
				vmId, unit, start, ...emptySum(),
			};
			rows.set(start, {
				...row, bytesIn: row.bytesIn + bytesIn, bytesOut: row.bytesOut + bytesOut, estimatedBytes: row.estimatedBytes + estimatedBytes, gapSeconds: row.gapSeconds + sum.gapSeconds,
			});
		}
	}

	return rows.values().toArray();
};

/** How far back the answers reach; Infinity: nothing was answered. */
const reachOf = (answers: Answers): number => Math.min(...answers.values().map(rows => stretchesOf(rows.slice(0, 2))[0]?.from ?? Infinity));

/** Whether the last hour of an answer is known by the minute. */
const isFineOf = (rows: readonly Sample[]): boolean => {
	const begin = (rows.at(-1)?.time ?? 0) - anHour;
	return stretchesOf(rows.slice(-anHour / finestStep)).every(({to, isCoarse}) => !isCoarse || to <= begin);
};

/**
 Which frame is to be asked for next; undefined: what was answered suffices. PVE 9 keeps a whole day by the minute, PVE 8 an hour; an answer shows which it was.
 Most runs come an hour after the last and a minute late, which is more than the hour of PVE 9 holds: so `isHourEnough` is a guess that saves a call, no more.
 */
export const nextFrame = (answers: Answers, watermark: number | null, isHourEnough: boolean): Frame | undefined => {
	if (answers.size === 0) {
		return isHourEnough || watermark === null ? 'hour' : 'day';
	}

	if (!answers.has('hour') && !isFineOf(answers.get('day') ?? [])) {
		return 'hour';
	}

	const isReached = watermark === null || reachOf(answers) <= watermark;
	return isReached ? undefined : frames.find((_, index) => frames.slice(index).every(coarser => !answers.has(coarser)));
};

/** What was counted, and up to where: the end of the last sample that was. */
export type CountedSamples = {readonly rows: readonly TrafficRow[]; readonly to: number};

/**
 Adds up what flowed since the watermark (null: nothing yet, the counting begins with the newest sample); undefined where there is nothing new.
 The watermark of a VM that nothing was ever counted of (`isFirst`) lies before its first sample: that is no gap.
 */
export const countSamples = ({vmId, answers, watermark, isFirst, zone}: {
	readonly vmId: number;
	readonly answers: Answers;
	readonly watermark: number | null;
	readonly isFirst: boolean;
	readonly zone: string;
}): CountedSamples | undefined => {
	const settled = settledOf(timelineOf(answers, watermark ?? 0));
	const to = settled.at(-1)?.to;
	if (to === undefined || (watermark !== null && to <= watermark)) {
		return undefined;
	}

	if (watermark === null) {
		return {rows: [], to};
	}

	const known = uncounted(settled, watermark);
	const stretches = isFirst ? known.slice(known.findIndex(({rate}) => rate !== undefined)) : known;
	return {rows: rowsOf(vmId, sumByQuarter(stretches), createPeriods(zone)), to};
};
