import {
	afterAll,
	beforeAll,
	describe,
	expect,
	test,
} from 'vitest';
import {
	createInstallation,
	order,
	until,
	type Installation,
	type Truth,
} from '../support/program.js';

const count = 20;

/** The words of a property string, without their order. */
const words = (text: string | number | undefined): Record<string, string> => Object.fromEntries(String(text).split(',').map(part => {
	const [key = '', ...rest] = part.split('=');
	return rest.length === 0 ? ['', key] : [key, rest.join('=')];
}));

const isChange = ({method}: Readonly<Record<string, any>>): boolean => ['POST', 'PUT', 'DELETE'].includes(method as string);

describe('a daemon deploys twenty orders', () => {
	let here: Installation;
	let truth: Truth;
	let vms: any[];

	beforeAll(async () => {
		here = await createInstallation({simulator: ['--speed', '40']});
		const daemon = here.daemon();
		await until('the daemon leads', () => daemon.lines.some(line => line.includes('leading')));
		for (let index = 1; index <= count; index += 4) {
			const answers = await Promise.all([0, 1, 2, 3].map(async more => here.run(['vm', 'create'], order(index + more))));
			expect(answers.map(({code, err}) => `${code} ${err}`)).toEqual(Array.from({length: 4}, () => '0 '));
		}

		await until('all are ready', async () => {
			const {vms: counts} = await here.json(['status']);
			return counts.ready === count;
		}, 120_000, 500);
		truth = await here.truth();
		({vms} = await here.json(['vm', 'list']));
	}, 300_000);

	afterAll(async () => here?.remove());

	test('each has an address and a VMID of its own', () => {
		expect(new Set(vms.map(vm => vm.addresses[0].address)).size).toBe(count);
		expect(new Set(vms.map(vm => vm.vmid)).size).toBe(count);
		expect(vms.every(vm => vm.status === 'ready' && vm.needsAttention === null && vm.operation === null)).toBe(true);
	});

	test('each VM\'s config in the cluster is what its order says', async () => {
		const {installation} = await here.json<{installation?: string}>(['status']);
		for (const vm of vms) {
			const real = truth.vms.find(({vmid}) => vmid === vm.vmid)!;
			expect(real, vm.hostname).toBeDefined();
			const {config, firewall} = real;
			const [{address}] = vm.addresses;
			expect(real.status).toBe('running');
			expect(String(config.cores)).toBe('2');
			expect(String(config.memory)).toBe('1024');
			expect(config.name).toBe(vm.hostname);
			expect(words(config.scsi0)).toMatchObject({
				size: '10G', mbps_rd: '100', mbps_wr: '80', iops_rd: '500',
			});
			expect(words(config.scsi0)).not.toHaveProperty('iops_wr');
			expect(words(config.net0)).toMatchObject({
				bridge: 'vmbr0', tag: '7', rate: '12.5', firewall: '1',
			});
			expect(words(config.net0).virtio).toMatch(/^BC:24:11(:[\dA-F]{2}){3}$/);
			expect(words(config.ipconfig0)).toMatchObject({ip: `${address}/16`, gw: '10.9.0.1'});
			expect(String(config.nameserver)).toContain('10.9.0.2');
			expect(decodeURIComponent(String(config.sshkeys))).toContain('ssh-ed25519 AAAAC3');
			expect(String(config.onboot)).toBe('1');
			expect(config.description).toContain(`:${vm.id}`);
			expect(config.description).toMatch(installation ? new RegExp(`cronsole:${installation}:`) : /cronsole:[\da-f]{8}:v\d+/);
			expect(String(firewall.options.enable)).toBe('1');
			expect(String(firewall.options.ipfilter)).toBe('1');
			expect(JSON.stringify(firewall.ipsets.find(({name}) => name === 'ipfilter-net0'))).toContain(String(address));
			expect(config.lock).toBeUndefined();
		}
	});

	test('one clone was started for each, and nothing was refused for its parameters', () => {
		expect(truth.tasks.filter(({type}) => type === 'qmclone')).toHaveLength(count);
		const refused = here.requests().filter(({status}) => [400, 401, 403, 501].includes(status as number));
		expect(refused).toEqual([]);
	});

	test('at most two clones ran at once on the template\'s storage', () => {
		let running = 0;
		let most = 0;
		for (const {type, event} of here.requests()) {
			if (type !== 'qmclone') {
				continue;
			}

			running += event === 'started' ? 1 : -1;
			most = Math.max(most, running);
		}

		expect(most).toBe(2);
	});

	test('a second pass changes nothing', async () => {
		const before = here.requests().filter(row => isChange(row)).length;
		const {code, out} = await here.run(['--run-task=process_vms']);
		expect(`${code} ${out}`).toMatch(/^0 /);
		expect(here.requests().filter(row => isChange(row))).toHaveLength(before);
	});

	test('the same order again is the same VM, another body is refused with the difference', async () => {
		const again = await here.json(['vm', 'create'], order(1));
		expect(again).toMatchObject({created: false});
		const other = await here.run(['vm', 'create'], order(1, {overrides: {memoryMib: 4096}}));
		expect(other.code).toBe(2);
		expect(other.err).toContain('memoryMib');
	});

	test('the step log names every step with its outcome', async () => {
		const shown = await here.json(['vm', 'show', 'order-1']);
		expect(shown.steps.map((step: any) => step.to)).toEqual([
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
		]);
		expect(shown.steps.every((step: any) => ['done', 'skipped'].includes(step.outcome))).toBe(true);
	});
});

describe('without any daemon', () => {
	test('`--run-task=process_vms` again and again deploys a VM to the end', async () => {
		const here = await createInstallation({simulator: ['--speed', '50']});
		try {
			const created = await here.run(['vm', 'create'], order(1));
			expect(created.code).toBe(0);
			expect(created.err).toContain('nobody leads');
			await until('it is ready', async () => {
				const {code, err} = await here.run(['--run-task=process_vms']);
				expect(`${code} ${err}`).toBe('0 ');
				const {status} = await here.json(['vm', 'show', 'order-1']);
				return status === 'ready';
			}, 120_000, 300);
			expect((await here.truth()).tasks.filter(({type}) => type === 'qmclone')).toHaveLength(1);
			const {leases} = await here.json<{leases?: any[]; locks?: any[]}>(['lock', 'list']);
			expect(leases ?? []).toEqual([]);
		} finally {
			await here.remove();
		}
	}, 240_000);
});
