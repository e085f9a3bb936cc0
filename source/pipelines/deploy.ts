import {deployStatuses} from '../domain/vm-status.js';
import {applyAll, patience, type StepRow} from './applying.js';
import {rowsOf, type Pipeline} from './step.js';
import {allocateAddresses} from './steps/allocate-addresses.js';
import {cloneVm} from './steps/clone-vm.js';
import {migrateVm} from './steps/migrate-vm.js';
import {setDns} from './steps/set-dns.js';
import {startVm} from './steps/start-vm.js';
import {createVerifyRunning} from './steps/verify-running.js';

/** What a deploy does once the VM has its addresses; a reinstall does the same. */
export const fromSetIp: readonly StepRow[] = [
	{title: 'clone', step: cloneVm, stuckAfterMs: patience.long},
	{title: 'DNS', step: setDns, stuckAfterMs: patience.short},
	{title: 'migrate', step: migrateVm, stuckAfterMs: patience.long},
	...applyAll,
	{title: 'start', step: startVm, stuckAfterMs: patience.short},
	{title: 'verify running, mail', step: createVerifyRunning({mail: 'vm-ready'}), stuckAfterMs: patience.brief},
];

/** From the order to a running VM; a status names the last step completed. */
export const deploy: Pipeline = {
	rows: rowsOf(deployStatuses, [{title: 'allocate addresses', step: allocateAddresses, stuckAfterMs: patience.short}, ...fromSetIp]),
};
