import {type Vm} from '../../source/domain/vm.js';
import {totalBytes} from '../../source/simulation/vms.js';
import {type DaysWorld} from './days-world.js';

const tolerance = 0.01;
/** How much more than in the mean flows at the busiest moment. */
const busiest = 1.8;

/** Usage that was counted wrongly: more than a hundredth off, and not said to be estimated or to have gaps. */
export const findMiscounted = async ({store, guests}: DaysWorld, vms: readonly Vm[]): Promise<readonly string[]> => {
	const broken: string[] = [];
	for (const vm of vms) {
		const mark = await store.read.traffic.findMark(vm.id);
		if (!mark) {
			if (vm.status === 'ready') {
				broken.push(`${vm.reference}: its traffic was never counted`);
			}

			continue;
		}

		const rows = await store.read.traffic.list({
			unit: 'hour', from: '', to: '~', vmId: vm.id,
		});
		const real = guests.get(vm.vmid ?? 0) ?? [];
		for (const [counter, counted] of [['netin', sum(rows, 'bytesIn')], ['netout', sum(rows, 'bytesOut')]] as const) {
			const flowed = real.reduce((total, guest) => total + totalBytes(guest, counter, guest.createdAt, mark.watermark * 1000), 0);
			// What nobody measured cannot be more than the busiest moments could have brought.
			const missed = (sum(rows, 'gapSeconds') * busiest * Math.max(...real.map(({flow}) => flow[counter]))) + (sum(rows, 'estimatedBytes') / 2);
			if (counted - flowed > (flowed * tolerance) + (sum(rows, 'estimatedBytes') / 2) || flowed - counted > (flowed * tolerance) + missed) {
				broken.push(`${vm.reference} (v${vm.id}): ${counter} counted ${counted}, flowed ${Math.round(flowed)} up to ${new Date(mark.watermark * 1000).toISOString()}`);
			}
		}
	}

	return broken;
};

const sum = <K extends string>(rows: ReadonlyArray<Readonly<Record<K, number>>>, key: K): number => rows.reduce((total, row) => total + row[key], 0);
