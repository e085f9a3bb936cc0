import {describe, expect, test} from 'vitest';
import {type Package} from '../../source/domain/package.js';
import {overridesAfter, planChange} from '../../source/domain/plan-change.js';
import {stopReasons} from '../../source/domain/stop-reasons.js';

const present: Package = {
	cores: 2, sockets: 1, memoryMib: 2048, diskGib: 20, diskReadMBps: 100, additionalDiskGib: 10, additionalDiskStorage: 'local-lvm', networkMbps: 100, bridge: 'vmbr0',
	vlan: 0, model: 'virtio', ipv4: 1, ipv6: 1, snapshots: 3, backups: 2, backupDays: ['mon'], trafficGb: 500, firewall: {enable: true, policyIn: 'DROP'},
};

const plan = (wanted: Package, packageName = 'kvm-s') => planChange({packageName: 'kvm-s', package: present}, {packageName, package: {...present, ...wanted}, overrides: {}});

describe('what a running VM takes', () => {
	test.each<[string, Package, boolean]>([
		['cores', {cores: 4}, true],
		['sockets', {sockets: 2}, true],
		['less memory', {memoryMib: 1024}, true],
		['a system disk that grows', {diskGib: 40}, false],
		['a limit of the system disk', {diskReadMBps: 0}, false],
		['an additional disk that grows', {additionalDiskGib: 20}, false],
		['a limit of the additional disk', {additionalDiskWriteIops: 500}, false],
		['the network\'s rate', {networkMbps: 1000}, false],
		['the card\'s model', {model: 'e1000'}, true],
		['the bridge', {bridge: 'vmbr1'}, true],
		['the VLAN', {vlan: 12}, true],
		['addresses', {ipv4: 3, ipv6: 0}, false],
		['the firewall', {firewall: {policyIn: 'ACCEPT'}}, false],
		['quotas', {
			snapshots: 9, backups: 9, trafficGb: 9, backupDays: ['sun'],
		}, false],
		['onboot', {onboot: false}, false],
	])('%s: stops or not', (_, wanted, stops) => {
		expect(plan(wanted)).toMatchObject({stops, losesData: null, rejected: []});
		expect(plan(wanted).changes.length).toBeGreaterThan(0);
	});

	test('a plan of nothing changes nothing', () => {
		expect(plan({})).toEqual({
			changes: [], stops: false, losesData: null, rejected: [], package: present,
		});
	});
});

describe('the changes', () => {
	test('are told in the package\'s own words, firewall options one by one', () => {
		expect(plan({memoryMib: 4096, backupDays: ['mon', 'thu'], firewall: {policyIn: 'ACCEPT', dhcp: true}}, 'kvm-m').changes).toEqual([
			{field: 'package', from: 'kvm-s', to: 'kvm-m'},
			{field: 'memoryMib', from: '2048', to: '4096'},
			{field: 'backupDays', from: 'mon', to: 'mon, thu'},
			{field: 'firewall.policyIn', from: 'DROP', to: 'ACCEPT'},
			{field: 'firewall.dhcp', from: 'not set', to: 'true'},
		]);
	});

	test('leave as it is what the new package does not name, save what it would have granted', () => {
		const {changes, package: after} = planChange({packageName: 'kvm-s', package: present}, {packageName: 'kvm-m', package: {cores: 2, memoryMib: 2048}, overrides: {}});
		expect(changes.map(({field, to}) => [field, to])).toEqual([['package', 'kvm-m'], ['snapshots', 'not set'], ['backups', 'not set'], ['backupDays', 'not set'], ['trafficGb', 'not set']]);
		expect(after).toMatchObject({
			diskGib: 20, additionalDiskGib: 10, ipv4: 1, networkMbps: 100, firewall: {enable: true, policyIn: 'DROP'},
		});
	});

	test('know 0 as a value', () => {
		expect(plan({ipv6: 0, snapshots: 0, networkMbps: 0}).package).toMatchObject({ipv6: 0, snapshots: 0, networkMbps: 0});
	});
});

describe('disks', () => {
	test.each<[string, Package, string]>([
		['the system disk', {diskGib: 10}, 'system_disk_shrink_rejected: the system disk has 20 GiB and stays so, 10 was asked for: a disk is never made smaller'],
		['the system disk to nothing', {diskGib: 0}, 'system_disk_shrink_rejected: the system disk has 20 GiB and stays so, 0 was asked for: a disk is never made smaller'],
		['the additional disk', {additionalDiskGib: 5}, 'additional_disk_shrink_rejected: the additional disk has 10 GiB and stays so, 5 was asked for: a disk is never made smaller'],
		['another storage', {additionalDiskStorage: 'shared'}, 'additional_disk_move_rejected: the additional disk lies on local-lvm and stays there, shared was asked for'],
	])('%s: rejected, the rest is applied', (_, wanted, rejected) => {
		const {package: after, ...rest} = plan({...wanted, cores: 4});
		expect(rest).toEqual({
			changes: [{field: 'cores', from: '2', to: '4'}], stops: true, losesData: null, rejected: [rejected],
		});
		expect(after).toEqual({...present, cores: 4});
	});

	test('an additional disk that goes takes its data and the snapshots along, and the plan says so', () => {
		expect(plan({additionalDiskGib: 0})).toMatchObject({
			stops: true, losesData: expect.stringMatching(/additional disk of 10 GiB.*all snapshots/), rejected: [], package: {additionalDiskGib: 0},
		});
	});

	test('one that comes, where there was none, loses nothing and goes where it is wanted', () => {
		for (const before of [{additionalDiskGib: 0, additionalDiskStorage: 'local-lvm'}, {}]) {
			const wish = {packageName: 'kvm-s', package: {additionalDiskGib: 5, additionalDiskStorage: 'shared'}, overrides: {}};
			expect(planChange({packageName: 'kvm-s', package: before}, wish)).toMatchObject({
				stops: false, losesData: null, rejected: [], package: wish.package,
			});
		}
	});

	test('a second disk that the row knows nothing of is never taken for the additional one', () => {
		for (const before of [{}, {additionalDiskGib: 0}]) {
			expect(planChange({packageName: 'kvm-s', package: before}, {packageName: 'kvm-s', package: {additionalDiskGib: 0}, overrides: {}})).toMatchObject({stops: false, losesData: null});
		}
	});

	test('what was rejected is not asked for again by the next change: what was set before stays', () => {
		const wish = {
			packageName: 'kvm-s', package: {
				...present, diskGib: 10, additionalDiskGib: 5, cores: 4,
			}, overrides: {diskGib: 10, additionalDiskGib: 5, cores: 4},
		};
		expect(overridesAfter({package: present, overrides: {diskGib: 20, memoryMib: 2048}}, wish)).toEqual({cores: 4, diskGib: 20});
	});
});

describe('the look at what the VM runs with', () => {
	const running = {
		cores: 2, memory: 'current=2048', net0: 'virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1', scsi0: 'local-lvm:vm-1-disk-0,size=20G',
	};

	test.each<[string, Package, readonly string[]]>([
		['nothing of it', present, []],
		['what the package does not name', {}, []],
		['cores and memory', {cores: 4, sockets: 2, memoryMib: 1024}, ['cores from 2 to 4', 'sockets from 1 to 2', 'memory to 1024 MiB']],
		['the card', {model: 'e1000', bridge: 'vmbr1', vlan: 7}, ['the card\'s model from virtio to e1000', 'the bridge from vmbr0 to vmbr1', 'the VLAN from 0 to 7']],
		['disks and rates', {diskGib: 900, networkMbps: 1, additionalDiskGib: 4}, []],
	])('%s decides whether it has to be off', (_, wanted, reasons) => {
		expect(stopReasons(running, wanted)).toEqual(reasons);
	});

	test('a VM without a card gets one while it runs', () => {
		expect(stopReasons({cores: 2}, {bridge: 'vmbr0', vlan: 3, model: 'virtio'})).toEqual([]);
	});
});
