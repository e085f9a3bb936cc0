/** A weekday as the config and orders spell it. */
export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = typeof weekdays[number];

/** Firewall options of a package; what is absent stays as it is on the VM. */
export type PackageFirewall = {
	readonly enable?: boolean;
	readonly policyIn?: 'ACCEPT' | 'DROP' | 'REJECT';
	readonly policyOut?: 'ACCEPT' | 'DROP' | 'REJECT';
	readonly dhcp?: boolean;
	readonly ndp?: boolean;
	readonly radv?: boolean;
	readonly macfilter?: boolean;
	readonly ipfilter?: boolean;
	readonly logIn?: 'nolog' | 'info' | 'notice' | 'warning' | 'err' | 'debug';
	readonly logOut?: 'nolog' | 'info' | 'notice' | 'warning' | 'err' | 'debug';
};

/** What the customer bought. Every field may be absent, which means "leave it as it is"; 0 is a value. */
export type Package = {
	readonly cores?: number;
	readonly sockets?: number;
	readonly memoryMib?: number;
	readonly diskGib?: number;
	/** Limits of the system disk; MBps is megabyte/s; 0 means no limit. */
	readonly diskReadMBps?: number;
	readonly diskWriteMBps?: number;
	readonly diskReadIops?: number;
	readonly diskWriteIops?: number;
	readonly additionalDiskGib?: number;
	readonly additionalDiskStorage?: string;
	readonly additionalDiskReadMBps?: number;
	readonly additionalDiskWriteMBps?: number;
	readonly additionalDiskReadIops?: number;
	readonly additionalDiskWriteIops?: number;
	/** Megabit/s; Proxmox's `rate` is megabyte/s, so it is divided by 8 there. 0 means no limit. */
	readonly networkMbps?: number;
	readonly bridge?: string;
	/** 1 to 4094; 0 is untagged. */
	readonly vlan?: number;
	readonly model?: string;
	/** How many addresses of each family. */
	readonly ipv4?: number;
	readonly ipv6?: number;
	readonly snapshots?: number;
	readonly snapshotDays?: number;
	readonly backups?: number;
	readonly backupDays?: readonly Weekday[];
	/** `HH:MM` in the VM's zone. */
	readonly backupAt?: string;
	/** GB of 10⁹ bytes a month. */
	readonly trafficGb?: number;
	readonly traffic?: {readonly count: 'out' | 'sum' | 'max'};
	readonly onboot?: boolean;
	readonly agent?: boolean;
	readonly firewall?: PackageFirewall;
};
