import {expect, test} from 'vitest';
import {progressIn} from '../../../source/clients/proxmox/task-progress.js';

test.each([
	['a full clone', ['create full clone of drive scsi0', 'transferred 0.0 B of 4.0 GiB (0.00%)', 'transferred 1.2 GiB of 4.0 GiB (30.00%)'], 30],
	['a clone of a running VM', ['drive-scsi0: transferred 1.0 GiB of 32.0 GiB (3.13%) in 5s'], 3.13],
	['a backup', ['INFO: started backup task', 'INFO:   3% (64.0 MiB of 2.0 GiB) in 3s, read: 21 MiB/s', 'INFO:  75% (1.5 GiB of 2.0 GiB) in 9s, read: 500 MiB/s'], 75],
	['a restore', ['progress 12% (read 257698037 bytes, duration 1 sec)', 'progress 13% (read 279172874 bytes, duration 2 sec)'], 13],
	['a live migration', ['2026-11-21 17:18:28 migration active, transferred 512.0 MiB of 4.0 GiB VM-state, 110.1 MiB/s'], 12.5],
	['an older form of a copy', ['    (50.00/100%)'], 50],
	['the last line that says it counts', ['transferred 4.0 GiB of 4.0 GiB (100.00%)', 'create full clone of drive scsi1', 'TASK OK'], 100],
	['more than all is all', ['progress 101%'], 100],
	['an odd size says nothing', ['transferred 1.0 GiB of 0.0 B VM-state'], undefined],
	['a percentage that is none', ['INFO: ionice priority: 7', 'name is %20 or 100%25 or vm-50%-x'], undefined],
	['an empty log', [], undefined],
])('%s', (_, lines, percent) => {
	expect(progressIn(lines)).toBe(percent);
});
