import BetterSqlite from 'better-sqlite3';
import {expect} from 'vitest';
import {type Installation} from '../support/program.js';

/** The words of a property string, without their order. */
const words = (text: string | number | undefined): Record<string, string> => Object.fromEntries(String(text).split(',').map(part => {
	const [key = '', ...rest] = part.split('=');
	return rest.length === 0 ? ['', key] : [key, rest.join('=')];
}));

/** Tasks that ran side by side although they do the same to the same VM; the others may ask for whatever they like. */
const findOverlaps = (here: Installation, truth: any, foreign: readonly number[]): string[] => {
	const open = new Map<string, string>();
	const overlaps: string[] = [];
	const targets = new Map<string, number>(truth.tasks.map((task: any) => [task.upid, task.target ?? task.vmid]));
	for (const {task, type, event} of here.requests().filter(line => typeof line.task === 'string')) {
		const key = `${type} of ${targets.get(task as string)}`;
		if (event === 'finished') {
			if (open.get(key) === task) {
				open.delete(key);
			}
		} else if (!foreign.includes(targets.get(task as string) ?? 0)) {
			if (open.has(key)) {
				overlaps.push(`${key}: ${task} began while ${open.get(key)} ran`);
			}

			open.set(key, task as string);
		}
	}

	return overlaps;
};

const isGood = ({exitstatus}: any): boolean => /^OK$|^WARNINGS/.test(exitstatus as string);

const inOrder = (numbers: readonly number[]): number[] => numbers.toSorted((a, b) => a - b);

/** One good clone for each VMID, one VM for each order, none besides. */
const expectOneEach = (truth: any, vms: readonly any[], foreign: readonly number[]): void => {
	const clones: number[] = truth.tasks.filter((task: any) => task.type === 'qmclone' && isGood(task)).map((task: any) => task.target as number);
	expect(inOrder(clones)).toEqual(inOrder([...new Set(clones)]));
	const ours: number[] = truth.vms.map((vm: any) => vm.vmid as number).filter((vmid: number) => vmid !== 9000 && !foreign.includes(vmid));
	expect(inOrder(ours)).toEqual(inOrder(vms.map(({vmid}) => vmid as number)));
	expect(inOrder(clones.filter((vmid: number) => !foreign.includes(vmid)))).toEqual(inOrder(ours));
	const grown: number[] = truth.tasks.filter((task: any) => task.type === 'resize' && isGood(task)).map((task: any) => task.vmid as number);
	expect(inOrder(grown)).toEqual(inOrder(ours));
	const addresses = truth.vms.map((vm: any) => vm.config.ipconfig0).filter((text: unknown) => text !== undefined && text !== 'ip=dhcp');
	expect(new Set(addresses).size).toBe(addresses.length);
	expect(new Set(vms.map(vm => vm.addresses[0].address)).size).toBe(vms.length);
};

/** VMs whose order's node was down when they were to move there: they stay, with a warning. */
const findStayed = (database: string): ReadonlySet<number> => {
	const db = new BetterSqlite(database, {readonly: true});
	try {
		return new Set(db.prepare('select vm_id from activity where message like \'the node % is not online: the VM stays on %\'').pluck().all() as number[]);
	} finally {
		db.close();
	}
};

const expectAsOrdered = (truth: any, vms: readonly any[], wantedNode: (reference: string) => string | undefined, stayed: ReadonlySet<number>): void => {
	for (const vm of vms) {
		const real = truth.vms.find(({vmid}: any) => vmid === vm.vmid);
		const {address} = vm.addresses[0];
		const stamp = new RegExp(String.raw`^cronsole:\w+:${vm.id}$`);
		const hasStayed = stayed.has(Number(vm.id.slice(1)));
		expect(real, vm.hostname).toMatchObject({
			node: hasStayed ? 'pve1' : wantedNode(vm.reference as string) ?? vm.node, status: 'running',
			config: {
				name: vm.hostname, cores: 2, memory: '1024', onboot: 1, ciuser: expect.any(String), sshkeys: expect.stringContaining('ssh-ed25519'),
				description: expect.stringMatching(stamp),
			},
		});
		expect(vm.node).toBe(real.node);
		expect(real.config.lock).toBeUndefined();
		expect(words(real.config.net0)).toMatchObject({
			bridge: 'vmbr0', tag: '7', rate: '12.5', firewall: '1',
		});
		expect(words(real.config.scsi0)).toMatchObject({
			size: '10G', mbps_rd: '100', mbps_wr: '80', iops_rd: '500',
		});
		expect(words(real.config.ipconfig0)).toEqual({ip: `${address}/16`, gw: '10.9.0.1'});
		expect(real.firewall.options).toMatchObject({enable: 1, policy_in: 'ACCEPT', ipfilter: 1});
		expect(real.firewall.ipsets).toMatchObject([{name: 'ipfilter-net0', members: [{cidr: address}]}]);
	}
};

const expectNothingLeft = (database: string): void => {
	const db = new BetterSqlite(database, {readonly: true});
	try {
		expect(db.prepare('select name from leases where owner is not null').all()).toEqual([]);
		expect(db.prepare('select * from remote_tasks where state <> \'finished\'').all()).toEqual([]);
		expect(db.prepare('select * from operations where state <> \'done\'').all()).toEqual([]);
	} finally {
		db.close();
	}
};

/** Whatever happened: every order has its one VM, as it was ordered, and nothing else was done or left. */
export const expectAllWell = async (here: Installation, {foreign, before, wantedNode}: {
	readonly foreign: readonly number[];
	/** The others' VMs, as they were. */
	readonly before: readonly any[];
	readonly wantedNode: (reference: string) => string | undefined;
}): Promise<void> => {
	const truth = await here.truth();
	const {vms} = await here.json(['vm', 'list']);
	expect(findOverlaps(here, truth, foreign)).toEqual([]);
	expectOneEach(truth, vms, foreign);
	expectAsOrdered(truth, vms, wantedNode, findStayed(here.database));
	for (const vm of before) {
		expect((truth as any).vms.find(({vmid}: any) => vmid === vm.vmid)).toMatchObject({digest: vm.digest, status: vm.status, node: vm.node});
	}

	expectNothingLeft(here.database);
};
