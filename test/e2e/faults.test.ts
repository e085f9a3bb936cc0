import fs from 'node:fs';
import {setTimeout as sleep} from 'node:timers/promises';
import {describe, expect, test} from 'vitest';
import {openApp} from '../../source/app.js';
import {loadSettings} from '../../source/config.js';
import {
	createInstallation,
	order,
	until,
	type Installation,
} from '../support/program.js';

/** By hand: `CRONSOLE_ORDERS=500`. */
const count = Number(process.env.CRONSOLE_ORDERS ?? 120);

const isChange = ({method}: Readonly<Record<string, any>>): boolean => ['POST', 'PUT', 'DELETE'].includes(method as string);

/** In this process: so many starts of a program would measure those. */
const createMany = async (here: Installation): Promise<void> => {
	const app = await openApp({settings: await loadSettings({file: here.config, env: {}}), actor: {name: 'tester', address: null}, isReadOnly: false});
	for (let index = 1; index <= count; index++) {
		await app.intents.createVm(JSON.parse(order(index)));
	}

	await app.close();
};

describe('what is wrong with a cluster is no VM\'s fault', () => {
	test(`a token revoked with ${count} VMs in work is one incident; no VM is red, no attempt counted; repaired, all go on`, async () => {
		const here = await createInstallation({
			simulator: ['--speed', '20'], addresses: count + 250, timeout: '30s', extra: 'scheduler: {lease: 90s}',
		});
		try {
			await createMany(here);
			here.daemon();
			await until('all are in work', async () => {
				const {vms} = await here.json(['vm', 'list']);
				return vms.every((vm: any) => vm.operation?.state === 'running' || vm.status === 'ready');
			}, 120_000, 300);
			// No answer is late: an attempt that counts would be the token's.
			await here.faults({add: {kind: 'revoked-token'}});
			await until('the cluster is denied', async () => (await here.json(['status'])).clusters[0]?.state === 'denied', 60_000, 300);
			await until('an incident is open', async () => (await here.json(['incident', 'list'])).incidents.length > 0, 60_000, 300);
			await sleep(3000);
			const {vms} = await here.json(['vm', 'list']);
			expect(vms.filter((vm: any) => vm.needsAttention !== null || (vm.operation?.attempt ?? 0) > 0)).toEqual([]);
			const {incidents} = await here.json(['incident', 'list']);
			expect(incidents).toHaveLength(1);
			expect(incidents[0].cause).toMatch(/fra1.*(token|denied|401)/i);
			const ready: number = vms.filter((vm: any) => vm.status === 'ready').length;
			expect(incidents[0].affects).toBe(count - ready);
			const refused = here.requests().filter(({status}) => status === 401).length;
			expect(refused).toBeLessThan(Math.min(40, count / 2));
			await here.faults({clear: true});
			await until('they go on', async () => (await here.json(['status'])).vms.ready >= ready + 10, 60_000, 500);
			await until('the incident is over', async () => (await here.json(['incident', 'list'])).incidents.length === 0, 60_000, 300);
			expect((await here.json(['status'])).vms.needsAttention).toBe(0);
		} finally {
			await here.remove();
		}
	}, 240_000);

	test('a missing privilege is named, nothing is changed', async () => {
		const here = await createInstallation();
		try {
			await here.faults({add: {kind: 'denied', text: 'VM.Clone'}});
			await here.run(['vm', 'create'], order(1));
			here.daemon();
			await until('it is said', async () => JSON.stringify(await here.json(['status'])).includes('VM.Clone'), 60_000, 300);
			expect(here.requests().filter(row => isChange(row) && row.status === 200)).toEqual([]);
		} finally {
			await here.remove();
		}
	}, 180_000);

	test('a wrong fingerprint is refused with both fingerprints in sight, nothing is sent', async () => {
		const wrong = Array.from({length: 32}, () => 'AB').join(':');
		const here = await createInstallation({fingerprint: wrong});
		try {
			const checked = await here.run(['check']);
			expect(checked.code).toBe(1);
			expect(checked.out + checked.err).toContain(here.simulator.fingerprint);
			await here.run(['vm', 'create'], order(1));
			here.daemon();
			await until('the cluster is unreachable', async () => (await here.json(['status'])).clusters[0]?.state === 'unreachable', 60_000, 300);
			expect((await here.json(['status'])).clusters[0].error).toContain('fingerprint');
			expect(here.requests()).toEqual([]);
		} finally {
			await here.remove();
		}
	}, 180_000);

	test('a template that is not on the cluster needs a person, with the reason', async () => {
		const here = await createInstallation({extra: 'scheduler: {lease: 6s}'});
		try {
			fs.writeFileSync(here.config, fs.readFileSync(here.config, 'utf8').replace('vmid: 9000', 'vmid: 9001'));
			await here.run(['vm', 'create'], order(1));
			here.daemon();
			const attention = await until('it needs a person', async () => (await here.json(['vm', 'show', 'order-1'])).needsAttention, 60_000, 300);
			expect(attention.reason).toMatch(/9001/);
			expect(attention.command).toContain('cronsole');
			expect(here.requests().filter(row => isChange(row))).toEqual([]);
		} finally {
			await here.remove();
		}
	}, 180_000);

	test('an unknown template and a config with five mistakes end with exit 2 and every mistake', async () => {
		const here = await createInstallation();
		try {
			const refused = await here.run(['vm', 'create'], order(1, {template: 'debian-21'}));
			expect(refused.code).toBe(2);
			expect(refused.err).toContain('debian-12');
			fs.writeFileSync(here.config, `
clusters:
  - {name: fra1, urls: [http:/x], tokenId: nope, tokenSecret: s, vmids: [9, 5]}
packges: {}
timezone: Mars/Olympus
tasks: {process_vm: {interval: 1m}}
`, {mode: 0o600});
			const broken = await here.run(['status']);
			expect(broken.code).toBe(2);
			const problems = broken.err.split('\n').filter(line => /cronsole\.yaml:\d+: /.test(line));
			expect(problems.length).toBeGreaterThanOrEqual(5);
			expect(broken.err).toContain('process_vms');
			expect(broken.err).toContain('packages');
		} finally {
			await here.remove();
		}
	}, 180_000);
});
