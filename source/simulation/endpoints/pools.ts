import {
	assertQuorum,
	isSet,
	partsOf,
	type Call,
	type Endpoint,
} from '../endpoint.js';
import {refuse} from '../refusal.js';
import {vmResource} from '../resources.js';
import {
	boolean,
	format,
	listOf,
	oneOf,
	required,
	text,
} from '../rules.js';
import {isQuorate, type World} from '../world.js';

const members = (world: World, poolid: string) => world.vms.values().filter(vm => vm.pool === poolid).map(vm => {
	const {pool, ...row} = vmResource(world, vm);
	return row;
}).toArray();

const poolRow = (world: World, poolid: string) => {
	const pool = world.pools.get(poolid) ?? refuse(`pool '${poolid}' does not exist`);
	return {poolid, ...pool, members: members(world, poolid)};
};

const list = ({world, parameters}: Call) => parameters.poolid === undefined
	? [...world.pools].map(([poolid, pool]) => ({poolid, ...pool}))
	: [poolRow(world, parameters.poolid)];

const guard = (world: World, verb: string) => {
	assertQuorum(isQuorate(world), `${verb} failed: cfs-lock 'file-user_cfg' error: no quorum!`);
};

const create = ({world, parameters}: Call) => {
	const {poolid = '', comment} = parameters;
	guard(world, 'create pool');
	if (world.pools.has(poolid)) {
		refuse(`create pool failed: pool '${poolid}' already exists`);
	}

	world.pools.set(poolid, comment === undefined ? {} : {comment});
	return null;
};

const change = ({world, parameters}: Call) => {
	const {poolid = '', comment, vms, delete: isTaken, 'allow-move': isMoved} = parameters;
	guard(world, 'update pools');
	const pool = world.pools.get(poolid) ?? refuse(`update pools failed: pool '${poolid}' does not exist`);
	for (const id of partsOf(vms)) {
		const vm = world.vms.get(Number(id)) ?? refuse(`update pools failed: VM ${id} does not exist`);
		if (isSet(isTaken)) {
			vm.pool = vm.pool === poolid ? undefined : refuse(`update pools failed: VM ${id} is not a pool member`);
		} else if (vm.pool === undefined || (isSet(isMoved) && vm.pool !== poolid)) {
			vm.pool = poolid;
		} else {
			refuse(`update pools failed: VM ${id} is already a pool member`);
		}
	}

	if (comment !== undefined) {
		pool.comment = comment;
	}

	return null;
};

const remove = ({world, parameters}: Call) => {
	const {poolid = ''} = parameters;
	guard(world, 'delete pool');
	if (!world.pools.has(poolid)) {
		refuse(`delete pool failed: pool '${poolid}' does not exist`);
	}

	const member = world.vms.values().find(vm => vm.pool === poolid);
	if (member) {
		refuse(`delete pool failed: pool '${poolid}' is not empty (contains VM ${member.vmid})`);
	}

	world.pools.delete(poolid);
	return null;
};

const poolid = required(format('poolid'));
const type = oneOf('qemu lxc storage');
const changeRules = {
	poolid, 'allow-move': boolean(), comment: text(), delete: boolean(), storage: listOf('storage-id'), vms: listOf('vmid'),
};
const allocate = ['/pool/{poolid}', 'Pool.Allocate'] as const;

/** Pools and who is in them. */
export const poolEndpoints: readonly Endpoint[] = [
	{
		method: 'GET', path: '/pools', rules: {poolid: format('poolid'), type: {...type, requires: 'poolid'}}, run: list,
	},
	{
		method: 'POST', path: '/pools', privilege: allocate, rules: {poolid, comment: text()}, run: create,
	},
	{
		method: 'PUT', path: '/pools', privilege: allocate, rules: changeRules, run: change,
	},
	{
		method: 'DELETE', path: '/pools', privilege: allocate, rules: {poolid}, run: remove,
	},
	{
		method: 'GET', path: '/pools/{poolid}', privilege: ['/pool/{poolid}', 'Pool.Audit'], rules: {poolid, type}, run({world, parameters}) {
			const {poolid: name, ...row} = poolRow(world, parameters.poolid!);
			return row;
		},
	},
	{
		method: 'PUT', path: '/pools/{poolid}', privilege: allocate, rules: changeRules, run: change,
	},
	{
		method: 'DELETE', path: '/pools/{poolid}', privilege: allocate, rules: {poolid}, run: remove,
	},
];
