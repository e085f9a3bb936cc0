import {setTimeout as sleep} from 'node:timers/promises';
import {Agent, request} from 'undici';
import {describe, expect, test} from 'vitest';
import {createRandom, type Random} from '../../source/simulation/random.js';
import {
	createInstallation,
	order,
	until,
	type Installation,
} from '../support/program.js';
import {expectAllWell} from './chaos-check.js';
import {startDaemons} from './chaos-daemons.js';
import {makeTrouble} from './chaos-faults.js';

const seed = Number(process.env.CRONSOLE_SEED ?? 20_261_121);
const count = Number(process.env.CRONSOLE_CHAOS_VMS ?? 8);
const troubleMs = Number(process.env.CRONSOLE_CHAOS_MS ?? 25_000);
const leaseMs = 3000;

const wanted = [undefined, 'pve2', 'pve3', 'pve1'];
const wantedNode = (reference: string): string | undefined => wanted[Number(/\d+/.exec(reference)![0]) % wanted.length];

/** What another customer's tool does with the same token. */
const callAsOther = async ({simulator: {url, tokenId, tokenSecret}}: Installation, method: 'POST' | 'PUT', path: string, parameters: Readonly<Record<string, string>>): Promise<number> => {
	const {statusCode, body} = await request(`${url}/api2/json${path}`, {
		method,
		dispatcher: new Agent({connect: {rejectUnauthorized: false}, pipelining: 0}),
		headers: {authorization: `PVEAPIToken=${tokenId}=${tokenSecret}`, 'content-type': 'application/x-www-form-urlencoded'},
		body: new URLSearchParams(parameters).toString(),
	});
	await body.dump();
	return statusCode;
};

const cloneAsOther = async (here: Installation, vmid: number): Promise<boolean> => {
	try {
		return await callAsOther(here, 'POST', '/nodes/pve1/qemu/9000/clone', {
			newid: `${vmid}`, name: 'others', full: '0', description: 'somebody else: deadbeef',
		}) === 200;
	} catch {
		return false;
	}
};

const isThere = async (here: Installation, vmid: number) => (await here.truth()).vms.some(vm => vm.vmid === vmid && vm.config.lock === undefined);

/** Somebody else's VM, in our range and with an address of our pool. */
const makeForeign = async (here: Installation): Promise<readonly any[]> => {
	expect(await cloneAsOther(here, 10_001)).toBe(true);
	await until('the foreign VM is there', async () => isThere(here, 10_001));
	expect(await callAsOther(here, 'PUT', '/nodes/pve1/qemu/10001/config', {ipconfig0: 'ip=10.9.1.3/16,gw=10.9.0.1'})).toBe(200);
	return (await here.truth()).vms.filter(({vmid}) => vmid === 10_001);
};

/** Somebody takes VMIDs that may be ours by then, or not yet. */
const takeVmids = async (here: Installation, random: Random, signal: AbortSignal): Promise<readonly number[]> => {
	const taken: number[] = [];
	for (let round = 0; round < 2 && !signal.aborted; round++) {
		await sleep(random.integer(1000, troubleMs / 3));
		const highest = Math.max(10_000, ...(await here.truth()).vms.map(({vmid}) => vmid));
		const vmid = highest + random.integer(1, 2);
		if (await cloneAsOther(here, vmid)) {
			taken.push(vmid);
		}
	}

	return taken;
};

const describeUnready = async (here: Installation): Promise<string> => {
	const {vms} = await here.json(['vm', 'list']);
	return JSON.stringify(vms.filter((vm: any) => vm.status !== 'ready'), null, 1);
};

/** A person who looks now and then and tries again what waits for somebody. Answers why they did. */
const tendUntilReady = async (here: Installation): Promise<readonly string[]> => {
	const reasons: string[] = [];
	await until('all are ready', async () => {
		const {vms} = await here.json(['vm', 'list']);
		for (const vm of vms) {
			if (vm.needsAttention === null && !((vm.operation?.attempt ?? 0) > 1)) {
				continue;
			}

			reasons.push(`${vm.reference} at ${vm.status}: ${vm.needsAttention?.reason ?? vm.operation.waitingFor}`);
			await here.run(['vm', 'retry', vm.reference]);
		}

		return vms.every((vm: any) => vm.status === 'ready');
	}, 240_000, 1000).catch(async (error: unknown) => {
		throw new Error(`${(error as Error).message}\n${await describeUnready(here)}\n${reasons.join('\n')}`, {cause: error});
	});
	return reasons;
};

describe(`chaos (CRONSOLE_SEED=${seed})`, () => {
	test('faults of every kind, kills and freezes while VMs are deployed: each order gets its one VM', async () => {
		const random = createRandom(seed);
		const here = await createInstallation({
			simulator: ['--speed', '6'], extra: `scheduler: {lease: ${leaseMs / 1000}s}`, timeout: '1s',
		});
		try {
			const before = await makeForeign(here);
			const daemons = await startDaemons(here, leaseMs * 2);
			for (let index = 1; index <= count; index += 2) {
				await Promise.all([index, index + 1].map(async one => here.run(['vm', 'create'], order(one, {node: wantedNode(`${one}`)}))));
			}

			const end = AbortSignal.timeout(troubleMs);
			const done = await Promise.all([
				makeTrouble(here, createRandom(seed + 1), end), makeTrouble(here, createRandom(seed + 2), end), daemons.torment(createRandom(seed + 3), end), takeVmids(here, random, end),
			]);
			await here.faults({clear: true});
			const reasons = await tendUntilReady(here);
			if (process.env.CRONSOLE_CHAOS_TELL !== undefined) {
				console.log([...done.flat(), ...reasons].join('\n'));
			}

			await daemons.end();
			const foreign = (await here.truth()).vms.filter(({config}) => String(config.description).includes('deadbeef')).map(({vmid}) => vmid);
			await expectAllWell(here, {foreign, before, wantedNode});
			expect(daemons.complaints()).toEqual([]);
		} finally {
			await here.remove();
		}
	}, 400_000);
});
