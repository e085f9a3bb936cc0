import {
	additionalDiskKey,
	findBootDisk,
	findDisk,
	type Disk,
	type GuestConfig,
} from '../domain/disk.js';
import {type Package} from '../domain/package.js';
import {allocateAddresses} from './steps/allocate-addresses.js';
import {cloneVm} from './steps/clone-vm.js';
import {createAdditionalDisk} from './steps/create-additional-disk.js';
import {migrateVm} from './steps/migrate-vm.js';
import {setCloudInit} from './steps/set-cloud-init.js';
import {setCpuRam} from './steps/set-cpu-ram.js';
import {createSetDiskLimits} from './steps/set-disk-limits.js';
import {createSetDiskSize} from './steps/set-disk-size.js';
import {setFirewall} from './steps/set-firewall.js';
import {setNetwork} from './steps/set-network.js';
import {skipDns} from './steps/skip-dns.js';
import {startVm} from './steps/start-vm.js';
import {verifyRunning} from './steps/verify-running.js';
import {type PipelineRow} from './step.js';

const minute = 60_000;
const hour = 60 * minute;

/** Longer than all attempts of a step that fails take together, and than a lock is waited for. */
const short = 4 * hour;
/** A copy of a large disk on a slow storage. */
const long = 6 * hour;

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

/** From the order to a running VM; a status names the last step completed. */
export const deploy: readonly PipelineRow[] = [
	{
		from: 'creation', to: 'set_ip', title: 'allocate addresses', step: allocateAddresses, stuckAfterMs: short,
	},
	{
		from: 'set_ip', to: 'clone', title: 'clone', step: cloneVm, stuckAfterMs: long,
	},
	{
		from: 'clone', to: 'set_dns', title: 'DNS', step: skipDns, stuckAfterMs: short,
	},
	{
		from: 'set_dns', to: 'migrated', title: 'migrate', step: migrateVm, stuckAfterMs: long,
	},
	{
		from: 'migrated', to: 'set_cpu_ram', title: 'CPU and RAM', step: setCpuRam, stuckAfterMs: short,
	},
	{
		from: 'set_cpu_ram', to: 'set_system_disk_size', title: 'system disk size', step: setSystemDiskSize, stuckAfterMs: short,
	},
	{
		from: 'set_system_disk_size', to: 'set_system_disk_bandwidth', title: 'system disk I/O', step: setSystemDiskLimits, stuckAfterMs: short,
	},
	{
		from: 'set_system_disk_bandwidth', to: 'set_created_additional_disk', title: 'additional disk', step: createAdditionalDisk, stuckAfterMs: short,
	},
	{
		from: 'set_created_additional_disk', to: 'set_additional_disk_size', title: 'additional disk size', step: setAdditionalDiskSize, stuckAfterMs: short,
	},
	{
		from: 'set_additional_disk_size', to: 'set_additional_disk_bandwidth', title: 'additional disk I/O', step: setAdditionalDiskLimits, stuckAfterMs: short,
	},
	{
		from: 'set_additional_disk_bandwidth', to: 'set_network', title: 'network', step: setNetwork, stuckAfterMs: short,
	},
	{
		from: 'set_network', to: 'set_firewall', title: 'firewall', step: setFirewall, stuckAfterMs: short,
	},
	{
		from: 'set_firewall', to: 'set_cloudinit', title: 'cloud-init', step: setCloudInit, stuckAfterMs: short,
	},
	{
		from: 'set_cloudinit', to: 'starting', title: 'start', step: startVm, stuckAfterMs: short,
	},
	{
		from: 'starting', to: 'ready', title: 'verify running, mail', step: verifyRunning, stuckAfterMs: 30 * minute,
	},
];
