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

/** The statuses of a change of package, in order. */
export const changeStatuses = [
	'change_package',
	'cp_update_ip',
	'cp_stop',
	'cp_cpu_ram',
	'cp_system_disk_size',
	'cp_system_disk_bandwidth',
	'cp_additional_disk',
	'cp_additional_disk_size',
	'cp_additional_disk_bandwidth',
	'cp_network',
	'cp_firewall',
	'cp_start',
	'ready',
] as const;

/** A reinstall removes the old VM, then goes on as a deploy does. */
export const reinstallStatuses = ['reinstall', ...deployStatuses.slice(1)] as const;

/** The status of a VM: the last step completed. `removed` is final. */
export type VmStatus = typeof deployStatuses[number] | typeof changeStatuses[number] | 'reinstall' | 'terminate' | 'error_terminate' | 'removed';

/** Every status, in the order in which filters and help show them. */
export const vmStatuses: readonly VmStatus[] = [...deployStatuses.slice(0, -1), ...changeStatuses.slice(0, -1), 'reinstall', 'ready', 'terminate', 'error_terminate', 'removed'];
