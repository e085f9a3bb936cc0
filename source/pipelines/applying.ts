import {
	additionalDiskKey,
	findBootDisk,
	findDisk,
	type Disk,
	type GuestConfig,
} from '../domain/disk.js';
import {type Package} from '../domain/package.js';
import {createAdditionalDisk} from './steps/create-additional-disk.js';
import {setCloudInit} from './steps/set-cloud-init.js';
import {setCpuRam} from './steps/set-cpu-ram.js';
import {createSetDiskLimits} from './steps/set-disk-limits.js';
import {createSetDiskSize} from './steps/set-disk-size.js';
import {setFirewall} from './steps/set-firewall.js';
import {setNetwork} from './steps/set-network.js';
import {type PipelineRow} from './step.js';

const hour = 3_600_000;

/** How long a step may take or wait before a person is needed; ms. `short`: longer than all attempts take together, and than a lock is waited for · `long`: a copy of a large disk on a slow storage. */
export const patience = {brief: hour / 2, short: 4 * hour, long: 6 * hour} as const;

/** A row of a pipeline without its place in it. */
export type StepRow = Omit<PipelineRow, 'from' | 'to'>;

const findAdditionalDisk = (config: GuestConfig): Disk | undefined => findDisk(config, additionalDiskKey(config));
const additionalGib = ({additionalDiskGib}: Package): number | undefined => additionalDiskGib;

const setSystemDiskSize = createSetDiskSize({title: 'system disk', find: findBootDisk, wantedGib: ({diskGib}) => diskGib});
const setAdditionalDiskSize = createSetDiskSize({title: 'additional disk', find: findAdditionalDisk, wantedGib: additionalGib});

const setSystemDiskLimits = createSetDiskLimits({
	title: 'system disk',
	find: findBootDisk,
	limits: ({diskReadMBps, diskWriteMBps, diskReadIops, diskWriteIops}) => ({
		mbps_rd: diskReadMBps, mbps_wr: diskWriteMBps, iops_rd: diskReadIops, iops_wr: diskWriteIops,
	}),
});

const setAdditionalDiskLimits = createSetDiskLimits({
	title: 'additional disk',
	find: findAdditionalDisk,
	limits: ({additionalDiskReadMBps, additionalDiskWriteMBps, additionalDiskReadIops, additionalDiskWriteIops}) => ({
		mbps_rd: additionalDiskReadMBps, mbps_wr: additionalDiskWriteMBps, iops_rd: additionalDiskReadIops, iops_wr: additionalDiskWriteIops,
	}),
	isUnwanted: wanted => (additionalGib(wanted) ?? 0) === 0,
});

/** The steps that make a VM what its row wants, shared by every pipeline that has to. */
export const applying = {
	cpuRam: {title: 'CPU and RAM', step: setCpuRam, stuckAfterMs: patience.short},
	systemDiskSize: {title: 'system disk size', step: setSystemDiskSize, stuckAfterMs: patience.short},
	systemDiskLimits: {title: 'system disk I/O', step: setSystemDiskLimits, stuckAfterMs: patience.short},
	additionalDisk: {title: 'additional disk', step: createAdditionalDisk, stuckAfterMs: patience.short},
	additionalDiskSize: {title: 'additional disk size', step: setAdditionalDiskSize, stuckAfterMs: patience.short},
	additionalDiskLimits: {title: 'additional disk I/O', step: setAdditionalDiskLimits, stuckAfterMs: patience.short},
	network: {title: 'network', step: setNetwork, stuckAfterMs: patience.short},
	firewall: {title: 'firewall', step: setFirewall, stuckAfterMs: patience.short},
	cloudInit: {title: 'cloud-init', step: setCloudInit, stuckAfterMs: patience.short},
} as const satisfies Readonly<Record<string, StepRow>>;

/** All of them, in the order in which a VM is made from nothing. */
export const applyAll: readonly StepRow[] = Object.values(applying);
