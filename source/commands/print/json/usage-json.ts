import {gigabyte, type Usage} from '../../../domain/usage.js';
import {vmName} from '../../../domain/vm.js';
import {iso} from '../times.js';

/** A row of `usage --json` and, in this order, of `usage --csv`; bytes and seconds. */
export const usageJson = ({vm, month, zone, bytesIn, bytesOut, billable, estimatedBytes, gapSeconds, asOf, isComplete}: Usage) => ({
	id: vmName(vm),
	reference: vm.reference,
	hostname: vm.hostname,
	month,
	zone,
	in: bytesIn,
	out: bytesOut,
	billable,
	/** What the package includes. */
	included: vm.package.trafficGb === undefined ? null : vm.package.trafficGb * gigabyte,
	estimated: estimatedBytes,
	asOf: iso(asOf),
	complete: isComplete,
	gaps: gapSeconds,
});
