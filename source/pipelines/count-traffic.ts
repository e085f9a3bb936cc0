import {type Proxmox} from '../clients/proxmox/proxmox.js';
import {type Clock} from '../domain/clock.js';
import {
	countSamples,
	nextFrame,
	type Answers,
	type Frame,
	type Sample,
} from '../domain/count-samples.js';
import {type Settings} from '../domain/settings.js';
import {sumOf, type TrafficMark} from '../domain/traffic.js';
import {zoneOf} from '../domain/traffic-periods.js';
import {type Vm} from '../domain/vm.js';
import {type FencedStore} from '../store/store.js';

/** What came of counting one VM: nothing was counted unless it is `counted`; `overtaken`: somebody else did meanwhile. */
export type Counted = {
	readonly outcome: 'counted' | 'nothing-new' | 'overtaken';
	readonly bytesIn: number;
	readonly bytesOut: number;
	readonly gapSeconds: number;
	readonly estimatedBytes: number;
	/** Up to where it had been counted before, in wall ms; null: it begins now. */
	readonly since: number | null;
};

/** What is asked of a VM to count what flowed through it. */
export type CountableVm = Pick<Vm, 'id' | 'hostname' | 'vmid' | 'node' | 'timezone'>;

export type CountTrafficContext = {
	readonly proxmox: Pick<Proxmox, 'listRrd'>;
	readonly store: FencedStore;
	readonly settings: Settings;
	readonly clock: Clock;
};

/** What a count begins with. */
export type CountBegin = {
	readonly mark: TrafficMark | undefined;
	/** Of the VM's cluster, `9.2.11`; null: nobody knows it yet. */
	readonly version: string | null;
};

// What the hour frame reaches back, less the rows at its end that do not count yet and some time for being late.
const hourMs = {until8: 66 * 60_000, since9: 59 * 60_000};

const isHourEnough = ({mark, version}: CountBegin, now: number): boolean =>
	now - ((mark?.watermark ?? 0) * 1000) < (Number.parseInt(version ?? '9', 10) < 9 ? hourMs.until8 : hourMs.since9);

const ask = async ({vmid, node, hostname}: CountableVm, begin: CountBegin, {proxmox, clock}: CountTrafficContext): Promise<Answers> => {
	if (vmid === null || node === null) {
		throw new Error(`${hostname} has no place in a cluster yet: nothing can have flowed through it`);
	}

	const isEnough = isHourEnough(begin, clock.now());
	const answers = new Map<Frame, readonly Sample[]>();
	for (;;) {
		const frame = nextFrame(answers, begin.mark?.watermark ?? null, isEnough);
		if (frame === undefined) {
			return answers;
		}

		answers.set(frame, await proxmox.listRrd({vmid, node}, frame));
	}
};

/** The same where it is known already what the count begins with. */
export const countTrafficFrom = async (vm: CountableVm, begin: CountBegin, context: CountTrafficContext): Promise<Counted> => {
	const {store, settings, clock} = context;
	const {mark} = begin;
	const watermark = mark?.watermark ?? null;
	const nothing = {
		bytesIn: 0, bytesOut: 0, gapSeconds: 0, estimatedBytes: 0, since: watermark === null ? null : watermark * 1000,
	};
	const counted = countSamples({
		vmId: vm.id, answers: await ask(vm, begin, context), watermark, isFirst: mark?.countedAt === 0, zone: zoneOf(vm, settings),
	});
	if (!counted) {
		return {...nothing, outcome: 'nothing-new'};
	}

	const isWritten = await store.write(async ({traffic}) => traffic.add({
		vmId: vm.id, from: watermark, now: clock.now(), ...counted,
	}));
	if (!isWritten) {
		return {...nothing, outcome: 'overtaken'};
	}

	return {
		...nothing,
		outcome: mark ? 'counted' : 'nothing-new',
		...sumOf(counted.rows.filter(({unit}) => unit === 'hour')),
	};
};

/**
 Counts what flowed through a VM since its watermark and writes it to the ledger, which moves the watermark in the same transaction and only from where it was:
 killed at any line and run again, or run twice at once, nothing is counted twice. Normally one call. Throws `ClientError`.
 */
export const countTraffic = async (vm: Vm, context: CountTrafficContext): Promise<Counted> => {
	const {read} = context.store;
	const clusters = await read.clusters.list();
	return countTrafficFrom(vm, {
		mark: await read.traffic.findMark(vm.id), version: clusters.find(({name}) => name === vm.cluster)?.version ?? null,
	}, context);
};
