/** The statuses of a deploy, in order; each names the last step completed (the field's own words). */
export const deployStatuses = [
	'creation',
	'set_ip',
	'clone',
	'set_dns',
	'migrated',
	'set_cpu_ram',
	'set_system_disk_size',
	'set_system_disk_bandwidth',
	'set_created_additional_disk',
	'set_additional_disk_size',
	'set_additional_disk_bandwidth',
	'set_network',
	'set_firewall',
	'set_cloudinit',
	'starting',
	'ready',
] as const;

/** The status of a VM: the last step completed. `removed` is final. */
export type VmStatus = typeof deployStatuses[number] | 'removed';
