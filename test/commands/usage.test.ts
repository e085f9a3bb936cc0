import {beforeEach, expect, test} from 'vitest';
import {systemClock} from '../../source/domain/clock.js';
import {type Vm} from '../../source/domain/vm.js';
import {type Store} from '../../source/store/store.js';
import {createShell, type Said, type Shell} from './shell.js';

/** 21 December, so that November is over. */
const now = Date.UTC(2026, 11, 21, 12);
const november = Date.UTC(2026, 10, 10);

let shell: Shell;
let store: Store;

const usage = async (flags = ''): Promise<Said> => shell.cronsole(`usage ${flags}`, {clock: {...systemClock, now: () => now}});

const addVm = async (reference: string, own: Partial<Vm> = {}): Promise<Vm> => store.write(async ({vms}) => vms.insert({
	reference, hostname: `${reference.replaceAll(/\W/g, '') || 'x'}.example.net`, cluster: 'fra1', wantedNode: null, overrides: {}, packageName: 'kvm-s', package: {trafficGb: 1000},
	template: {
		name: 'debian-12', vmid: 9000, clone: 'full', storage: null,
	},
	client: {name: 'Ada', email: 'ada@example.org'}, user: 'root', password: null, sshKeys: [], backup: null, timezone: null, mail: true, order: {}, createdAt: november, ...own,
}));

const flow = async ({id: vmId}: Vm, month: string, bytesIn: number, bytesOut: number, countedTo: number): Promise<void> => {
	const mark = await store.read.traffic.findMark(vmId);
	await store.write(async ({traffic}) => traffic.add({
		vmId, from: mark?.watermark ?? null, to: countedTo / 1000, now,
		rows: [{
			vmId, unit: 'month', start: month, bytesIn, bytesOut, estimatedBytes: 5, gapSeconds: 180,
		}],
	}));
};

beforeEach(async () => {
	shell = createShell();
	await usage();
	store = await shell.openStore();
});

test('each VM of the present month has a row, in GB of 10⁹ bytes', async () => {
	await flow(await addVm('whmcs-1'), '2026-12', 1_234_000_000, 2_000_000_000, now - 60_000);
	await addVm('whmcs-2');
	const {out, code} = await usage();
	const lines = out.trim().split('\n').map(line => line.split(/ {2,}/));
	expect(code).toBe(0);
	expect(lines).toEqual([
		['REFERENCE', 'HOSTNAME', 'MONTH', 'ZONE', 'IN GB', 'OUT GB', 'BILLABLE GB', 'OF GB', 'COMPLETE', 'GAPS', 'AS OF'],
		['whmcs-1', 'whmcs1.example.net', '2026-12', 'Europe/Berlin', '1.234', '2.000', '3.234', '1000', 'no', '3m', '2026-12-21 12:59:00 CET'],
		['whmcs-2', 'whmcs2.example.net', '2026-12', 'Europe/Berlin', '0.000', '0.000', '0.000', '1000', 'no', '–', 'never'],
	]);
});

test('--json gives bytes as numbers under `usage`, of a month that is over too', async () => {
	const vm = await addVm('whmcs-1', {package: {traffic: {count: 'out'}}, timezone: 'America/New_York'});
	await flow(vm, '2026-11', 10, 30, now);
	await flow(vm, '2026-12', 500, 500, now + 1000);
	expect((await usage('--month 2026-11 --json')).json()).toEqual({
		usage: [{
			id: `v${vm.id}`, reference: 'whmcs-1', hostname: 'whmcs1.example.net', month: '2026-11', zone: 'America/New_York', in: 10, out: 30, billable: 30, included: null, estimated: 5,
			asOf: '2026-12-21T12:00:01Z', complete: true, gaps: 180,
		}],
	});
});

test('a removed VM is in the month that it lived in, and in no later one', async () => {
	const vm = await addVm('whmcs-1');
	await flow(vm, '2026-11', 10, 30, Date.UTC(2026, 10, 20));
	await store.write(async ({vms}) => vms.enter(vm, 'removed', Date.UTC(2026, 10, 20)));
	expect((await usage('--month 2026-11 --json')).json().usage).toMatchObject([{reference: 'whmcs-1', in: 10, complete: true}]);
	expect((await usage('--json')).json()).toEqual({usage: []});
	expect((await usage()).out).toBe('no VM lived in 2026-12\n');
});

test('--csv is a file that a spreadsheet reads and does not run', async () => {
	await addVm('=HYPERLINK("https://evil.example","a, b")', {hostname: 'web1.example.net'});
	await addVm('-2+3', {hostname: 'web2.example.net'});
	const {out} = await usage('--csv');
	expect(out.split('\r\n').map(line => line.replace(/^v\d+,/, ''))).toEqual([
		'id,reference,hostname,month,zone,in,out,billable,included,estimated,asOf,complete,gaps',
		'"\'=HYPERLINK(""https://evil.example"",""a, b"")",web1.example.net,2026-12,Europe/Berlin,0,0,0,1000000000000,0,,false,0',
		'\'-2+3,web2.example.net,2026-12,Europe/Berlin,0,0,0,1000000000000,0,,false,0',
		'',
	]);
});

test.each([['--month 2026-13', /--month: 2026-13 is no month/], ['--month november', /is no month/], ['--month 2026-1', /is no month/], ['--csv --json', /two answers/]])('usage %s is refused', async (flags, said) => {
	const {code, err} = await usage(flags);
	expect([code, err.split('\n').length]).toEqual([2, 3]);
	expect(err).toMatch(said);
});
