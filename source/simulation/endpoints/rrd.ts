import {findStorage, measureUse} from '../disks.js';
import {vmOf, type Call, type Endpoint} from '../endpoint.js';
import {
	knownParts,
	minute,
	unknownOfHost,
	unknownOfVm,
	type Span,
} from '../graphs.js';
import {refuseParameters} from '../refusal.js';
import {
	hostCores,
	hostDisk,
	hostLoad,
	hostMemory,
} from '../resources.js';
import {
	consolidation,
	format,
	onNode,
	onVm,
	oneOf,
	required,
	timeframe,
} from '../rules.js';
import {loadAt, type Counter} from '../traffic.js';
import {
	bootDiskSize,
	coresOf,
	memoryBytes,
	runAt,
	totalBytes,
} from '../vms.js';
import {type Host, type Vm, type World} from '../world.js';

type Row = Record<string, number>;

// Rows and seconds a row, of both generations.
const grids: Readonly<Record<World['pve'], Readonly<Record<string, readonly [rows: number, step: number]>>>> = {
	9.2: {
		hour: [60, 60], day: [1440, 60], week: [336, 1800], month: [1440, 1800], year: [1440, 21_600], decade: [570, 604_800],
	},
	8.4: {
		hour: [70, 60], day: [70, 1800], week: [70, 10_800], month: [70, 43_200], year: [70, 604_800],
	},
};

const counters: readonly Counter[] = ['netin', 'netout', 'diskread', 'diskwrite'];
const pressures = ['cpu', 'io', 'memory'].flatMap(what => [`pressure${what}some`, `pressure${what}full`]);

const hostOf = (world: World, name: string): Host => world.hosts.find(host => host.name === name)!;

// The highest of the one-minute means in a row, over no more than 30 looks.
const highest = (fromMs: number, toMs: number, mean: (fromMs: number, toMs: number) => number) => {
	const looks = Math.min(30, Math.max(1, Math.floor((toMs - fromMs) / minute)));
	return Math.max(...Array.from({length: looks}, (_, index) => {
		const from = fromMs + (index * (toMs - fromMs) / looks);
		return mean(from, Math.min(from + minute, toMs));
	}));
};

const lengthOf = (parts: readonly Span[]): number => parts.reduce((sum, {from, to}) => sum + to - from, 0);

/** A VM's rows: what is the same in all of them is asked once. */
const createVmRow = (world: World, vm: Vm, cf: string) => {
	const maxmem = memoryBytes(vm.config);
	const same: Row = {
		maxcpu: coresOf(vm.config), maxmem, maxdisk: bootDiskSize(vm.config), disk: 0, ...((world.pve === '9.2') && Object.fromEntries(pressures.map(name => [name, 0]))),
	};
	const rateOf = (counter: Counter, spans: readonly Span[]) => spans.reduce((sum, {from, to}) => sum + totalBytes(vm, counter, from, to), 0) / (lengthOf(spans) / 1000);

	return (parts: readonly Span[]): Row => {
		const [fromMs, toMs] = [parts[0]!.from, parts.at(-1)!.to];
		const isUp = runAt(vm, toMs - 1) !== undefined;
		const cpu = isUp ? loadAt(vm.flow, toMs) : 0;
		const memhost = isUp ? Math.floor(maxmem * 0.7) : 0;
		const row: Row = {
			...same, cpu, mem: isUp ? Math.floor(maxmem * (0.35 + (0.3 * cpu))) : 0, ...((world.pve === '9.2') && {memhost}),
		};
		for (const counter of counters) {
			row[counter] = cf === 'MAX' ? highest(fromMs, toMs, (from, to) => rateOf(counter, [{from, to}])) : rateOf(counter, parts);
		}

		return row;
	};
};

const hostRow = (world: World, host: Host, toMs: number): Row => {
	const {cpu, mem} = hostLoad(world, host, toMs);
	return {
		cpu, maxcpu: hostCores, iowait: 0.001, loadavg: cpu * hostCores, memtotal: hostMemory, memused: mem, swaptotal: 0, swapused: 0, roottotal: hostDisk, rootused: hostDisk / 10, netin: 12_000, netout: 9000,
		...((world.pve === '9.2') && {memavailable: hostMemory - mem, arcsize: 0}),
	};
};

const rows = (call: Call, unknown: readonly Span[], measure: (parts: readonly Span[]) => Row): Row[] => {
	const {world, parameters} = call;
	const grid = grids[world.pve];
	const asked = parameters.timeframe!;
	const [count, step] = grid[asked] ?? refuseParameters({timeframe: `value '${asked}' does not have a value in the enumeration '${Object.keys(grid).join(', ')}'`});
	const last = Math.floor(world.now / 1000 / step) * step;
	// 9 leaves out a newest row that nothing is known of; 8 has one more, of the step that is not over.
	const newest = world.pve === '9.2' ? last : last + step;
	return Array.from({length: count}, (_, index) => {
		const time = newest - ((count - 1 - index) * step);
		const [from, to] = [(time - step) * 1000, time * 1000];
		const parts = to > world.now ? undefined : knownParts({from, to}, unknown);
		return parts ? {time, ...measure(parts)} : {time};
	});
};

const ofVm = (call: Call) => {
	const vm = vmOf(call);
	return rows(call, unknownOfVm(call.world, vm), createVmRow(call.world, vm, call.parameters.cf ?? 'AVERAGE'));
};

const ofStorage = (call: Call) => {
	const {world, node, parameters} = call;
	const storage = findStorage(world, parameters.storage!);
	const used = measureUse(world)(storage, node);
	return rows(call, unknownOfHost(world, hostOf(world, node)), () => ({total: storage.total, used}));
};

const hostTimeframe = required(oneOf('hour day week month year decade'));

/** Graphs: any node has those of guests and nodes. */
export const rrdEndpoints: readonly Endpoint[] = [
	{
		method: 'GET', path: '/nodes/{node}/qemu/{vmid}/rrddata', privilege: ['/vms/{vmid}', 'VM.Audit'], rules: {...onVm, timeframe, cf: consolidation}, run: ofVm,
	},
	{
		method: 'GET', path: '/nodes/{node}/rrddata', privilege: ['/nodes/{node}', 'Sys.Audit'], rules: {...onNode, timeframe: hostTimeframe, cf: consolidation},
		run: call => rows(call, unknownOfHost(call.world, hostOf(call.world, call.node)), parts => hostRow(call.world, hostOf(call.world, call.node), parts.at(-1)!.to)),
	},
	{
		method: 'GET', path: '/nodes/{node}/storage/{storage}/rrddata', isForwarded: true, privilege: ['/storage/{storage}', 'Datastore.Audit', 'Datastore.AllocateSpace'], rules: {
			...onNode, storage: required(format('storage-id')), timeframe, cf: consolidation,
		}, run: ofStorage,
	},
];
