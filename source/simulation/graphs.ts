import {type Host, type Vm, type World} from './world.js';

/** A stretch of time in milliseconds. */
export type Span = {readonly from: number; readonly to: number};

/** The step of the finest samples; all others are made of these. */
export const minute = 60_000;

/** When a node was away. */
const absencesOf = ({gaps, offlineSince}: Host): readonly Span[] => offlineSince === undefined ? gaps : [...gaps, {from: offlineSince, to: Infinity}];

/** Where a VM has been, with the present place last. */
const staysOf = ({node, createdAt, moves}: Vm): ReadonlyArray<Span & {readonly node: string}> => [...moves, {node, until: Infinity}]
	.map(({node: where, until}, index) => ({node: where, from: moves[index - 1]?.until ?? createdAt, to: until}));

const overlap = (one: Span, other: Span): Span => ({from: Math.max(one.from, other.from), to: Math.min(one.to, other.to)});

const isEmpty = ({from, to}: Span): boolean => from >= to;

/** Widened to whole minutes, in order and without overlaps: a minute of which a part is not known is not known. */
const wholeMinutes = (spans: readonly Span[]): readonly Span[] => {
	const merged: Span[] = [];
	for (const span of spans.toSorted((a, b) => a.from - b.from)) {
		const whole = {from: Math.floor(span.from / minute) * minute, to: Math.ceil(span.to / minute) * minute};
		const last = merged.at(-1);
		if (last && whole.from <= last.to) {
			merged[merged.length - 1] = {from: last.from, to: Math.max(last.to, whole.to)};
		} else {
			merged.push(whole);
		}
	}

	return merged;
};

const before = (moment: number): Span => ({from: -Infinity, to: Math.floor(moment / minute) * minute});

/** When nobody measured: before it began, and while a node was away. */
export const unknownOfHost = (world: World, host: Host): readonly Span[] => wholeMinutes([before(world.bornAt), ...absencesOf(host)]);

/** The same of a VM, wherever it was; and the minutes in which its counters fell back to 0, so that nobody can tell how far they had come. */
export const unknownOfVm = (world: World, vm: Vm): readonly Span[] => {
	const absences = staysOf(vm).flatMap(stay => {
		const host = world.hosts.find(({name}) => name === stay.node)!;
		return absencesOf(host).map(absence => overlap(absence, stay)).filter(span => !isEmpty(span));
	});
	const resets = vm.runs.flatMap(({startedAt, endedAt}) => endedAt === undefined || endedAt === startedAt ? [] : [{from: endedAt - 1, to: endedAt}]);
	return wholeMinutes([before(vm.createdAt), ...absences, ...resets]);
};

/** The known parts of a row; undefined where more than half of it is not known, as the row is not either then. */
export const knownParts = (row: Span, unknown: readonly Span[]): readonly Span[] | undefined => {
	const parts: Span[] = [];
	let {from} = row;
	for (const hole of unknown) {
		const part = {from, to: Math.min(hole.from, row.to)};
		if (!isEmpty(part)) {
			parts.push(part);
		}

		from = Math.max(from, hole.to);
	}

	if (from < row.to) {
		parts.push({from, to: row.to});
	}

	const known = parts.reduce((sum, part) => sum + part.to - part.from, 0);
	return known > 0 && known * 2 >= row.to - row.from ? parts : undefined;
};
