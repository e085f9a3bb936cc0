import {type NewVm} from '../../source/store/vms.js';

/** An order as the store takes it, for rows that are no deploy's business. */
export const newVm = (index: number): NewVm => ({
	reference: `row-${index}`, hostname: `row${index}.example.net`, cluster: 'fra1', wantedNode: null, overrides: {}, packageName: 'kvm-s', package: {cores: 1},
	template: {
		name: 'debian-12', vmid: 9000, clone: 'full', storage: 'local-lvm',
	},
	client: {name: 'Ada', email: 'ada@example.org'}, user: 'root', password: null, sshKeys: [], backup: null, timezone: null, mail: false, order: {}, createdAt: 1,
});
