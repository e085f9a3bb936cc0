import {
	boolean,
	digest,
	format,
	integer,
	listOf,
	number,
	oneOf,
	onNode,
	onVm,
	properties,
	required,
	text,
	vmid,
} from './rules.js';
import {type Rule, type Rules} from './verify.js';

const limits = (...names: readonly string[]): Rules => Object.fromEntries(names.flatMap(name => [
	[name, integer()], [`${name}_max`, integer()], [`${name}_max_length`, integer(1)],
]));

const driveKeys: Rules = {
	file: {...format('volume-or-path'), isDefaultKey: true, required: true},
	volume: {aliasOf: 'file'},
	aio: oneOf('native threads io_uring'),
	backup: boolean(),
	...limits('iops', 'iops_rd', 'iops_wr'),
	bps: integer(),
	bps_rd: integer(),
	bps_wr: integer(),
	bps_max_length: integer(1),
	bps_rd_max_length: integer(1),
	bps_wr_max_length: integer(1),
	...Object.fromEntries(['bps_rd', 'bps_wr', 'iops_rd', 'iops_wr'].map(name => [`${name}_length`, {aliasOf: `${name}_max_length`}])),
	...Object.fromEntries(['mbps', 'mbps_max', 'mbps_rd', 'mbps_rd_max', 'mbps_wr', 'mbps_wr_max'].map(name => [name, number()])),
	cache: oneOf('none writethrough writeback unsafe directsync'),
	detect_zeroes: boolean(),
	discard: oneOf('ignore on'),
	format: oneOf('raw qcow qed qcow2 vmdk cloop'),
	'import-from': format('volume-or-path'),
	media: oneOf('cdrom disk'),
	replicate: boolean(),
	rerror: oneOf('ignore report stop'),
	serial: format('urlencoded', {maxLength: 60}),
	shared: boolean(),
	size: format('disk-size'),
	snapshot: boolean(),
	...Object.fromEntries(['cyls', 'heads', 'secs'].map(name => [name, integer(undefined, undefined, {until: 8})])),
	trans: oneOf('none lba auto', {until: 8}),
	werror: oneOf('enospc ignore report stop'),
};

// `iops_max_length` is real, `iops_rd_max` too; no bus takes more than these on top.
const wwn = text({pattern: /^0x[\dA-Fa-f]{16}$/});
const ssd = boolean();
const drives: Rules = {
	'ide[n]': properties({
		...driveKeys, ssd, wwn, model: text({maxLength: 120}),
	}, {count: 4}),
	'sata[n]': properties({...driveKeys, ssd, wwn}, {count: 6}),
	'scsi[n]': properties({
		...driveKeys, ssd, wwn, iothread: boolean(), product: text({maxLength: 16}), queues: integer(2), ro: boolean(), scsiblock: boolean(), vendor: text({maxLength: 8}),
	}, {count: 31}),
	'virtio[n]': properties({...driveKeys, iothread: boolean(), ro: boolean()}, {count: 16}),
	'unused[n]': properties({file: driveKeys.file!, volume: {aliasOf: 'file'}}, {count: 256}),
};

const models = 'e1000 e1000-82540em e1000-82544gc e1000-82545em e1000e i82551 i82557b i82559er ne2k_isa ne2k_pci pcnet rtl8139 virtio vmxnet3';

const net: Rule = properties({
	model: {...oneOf(models), isDefaultKey: true, required: true},
	macaddr: format('mac-addr'),
	...Object.fromEntries(models.split(' ').map(model => [model, {aliasOf: 'macaddr', alsoNames: 'model'}])),
	bridge: format('bridge-id'),
	firewall: boolean(),
	'host-tunnel': boolean({since: 9}),
	link_down: boolean(),
	mtu: integer(1, 65_520),
	queues: integer(0, 64),
	rate: number(0),
	tag: integer(1, 4094),
	trunks: text({pattern: /^\d+(?:-\d+)?(?:;\d+(?:-\d+)?)*$/}),
}, {count: 32});

const ipconfig: Rule = properties({
	ip: format('ipv4-config'),
	gw: format('ipv4', {requires: 'ip'}),
	ip6: format('ipv6-config'),
	gw6: format('ipv6', {requires: 'ip6'}),
}, {count: 32});

const agentKeys: Rules = {
	enabled: boolean({isDefaultKey: true, required: true}),
	fstrim_cloned_disks: boolean(),
	type: oneOf('virtio isa'),
	'freeze-fs-on-backup': boolean(),
	'freeze-fs': boolean({since: 9}),
	'guest-fsfreeze': boolean({since: 9}),
};

const switches = 'acpi autostart ciupgrade freeze keephugepages kvm localtime numa onboot protection reboot tablet tdf template';
const free = 'affinity amd-sev args audio0 cicustom cipassword ciuser cpu efidisk0 hookscript hotplug ivshmem rng0 searchdomain spice_enhancements tpmstate0 vga watchdog';

/** Every key of a VM's configuration. */
export const configKeys: Rules = {
	...Object.fromEntries(switches.split(' ').map(name => [name, boolean()])),
	...Object.fromEntries(free.split(' ').map(name => [name, text()])),
	'allow-ksm': boolean({since: 9}),
	'intel-tdx': text({since: 9}),
	agent: properties(agentKeys),
	arch: oneOf('x86_64 aarch64'),
	balloon: integer(0),
	bios: oneOf('seabios ovmf'),
	boot: format('boot-order'),
	bootdisk: text({pattern: /^(?:ide|sata|scsi|virtio)\d+$/}),
	citype: oneOf('configdrive2 nocloud opennebula'),
	cores: integer(1),
	cpulimit: number(0, 128),
	cpuunits: integer(1, 262_144),
	description: text({maxLength: 8192}),
	'hostpci[n]': text({count: 16}),
	hugepages: oneOf('any 2 1024'),
	'ipconfig[n]': ipconfig,
	keyboard: text({pattern: /^[a-z]{2}(?:-[a-z]{2})?$/}),
	lock: oneOf('backup clone create migrate rollback snapshot snapshot-delete suspending suspended'),
	machine: text(),
	memory: properties({current: integer(16, undefined, {isDefaultKey: true, required: true})}),
	migrate_downtime: number(0),
	migrate_speed: integer(0),
	name: format('dns-name'),
	nameserver: listOf('address'),
	'net[n]': net,
	'numa[n]': text({count: 8}),
	ostype: oneOf('other wxp w2k w2k3 w2k8 wvista win7 win8 win10 win11 l24 l26 solaris'),
	'parallel[n]': text({count: 3}),
	scsihw: oneOf('lsi lsi53c810 virtio-scsi-pci virtio-scsi-single megasas pvscsi'),
	'serial[n]': text({count: 4, pattern: /^(?:\/dev\/.+|socket)$/}),
	shares: integer(0, 50_000),
	smbios1: text({maxLength: 512}),
	smp: integer(1),
	sockets: integer(1),
	sshkeys: format('urlencoded'),
	startdate: text({pattern: /^(?:now|\d{4}-\d{1,2}-\d{1,2}(?:T\d{1,2}:\d{1,2}:\d{1,2})?)$/}),
	startup: format('startup'),
	tags: listOf('tag'),
	'usb[n]': text({count: 14}),
	vcpus: integer(1),
	'virtiofs[n]': text({count: 10}),
	vmgenid: text({pattern: /^(?:[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|[01])$/i}),
	vmstatestorage: format('storage-id'),
	...drives,
};

/** What a change of the configuration accepts. */
export const updateRules: Rules = {
	...onVm, ...configKeys, delete: listOf('configid'), revert: listOf('configid'), digest, force: boolean({requires: 'delete'}), skiplock: boolean(), cdrom: text(),
};

/** The same, in the background. */
export const backgroundUpdateRules: Rules = {...updateRules, background_delay: integer(1, 30), 'import-working-storage': format('storage-id')};

/** What creates or restores a VM. */
export const creationRules: Rules = {
	...onNode,
	...configKeys,
	vmid: required(vmid),
	archive: text({maxLength: 255}),
	bwlimit: integer(0),
	cdrom: text(),
	force: boolean({requires: 'archive'}),
	'ha-managed': boolean({since: 9}),
	'import-working-storage': format('storage-id'),
	'live-restore': boolean(),
	pool: format('poolid'),
	start: boolean(),
	storage: format('storage-id'),
	unique: boolean({requires: 'archive'}),
};
