import {
	Page,
	isSet,
	partsOf,
	type Call,
	type Endpoint,
} from '../endpoint.js';
import {refuseParameters} from '../refusal.js';
import {
	boolean,
	integer,
	listOf,
	oneOf,
	onNode,
	required,
	text,
	vmid,
} from '../rules.js';
import {activeRow, taskRow, taskStatus} from '../task-rows.js';
import {type Task} from '../task.js';
import {tokenId, user} from '../world.js';

const upidPattern = /^UPID:[\dA-Za-z](?:[\d\-A-Za-z]*[\dA-Za-z])?:[\dA-Fa-f]{8}:[\dA-Fa-f]{8,9}:[\dA-Fa-f]{8}:[^\s/:]+:[^\s/:]*:[^\s/:]+:$/;

const taskOf = ({world, node, parameters}: Call): Task => {
	const upid = parameters.upid!;
	if (!upidPattern.test(upid)) {
		refuseParameters({upid: 'unable to parse worker upid'});
	}

	return world.tasks.find(node, upid) ?? refuseParameters({upid: 'no such task'});
};

const classOf = ({exitstatus = ''}: Task) => {
	const named: Readonly<Record<string, string>> = {OK: 'ok', 'unexpected status': 'unknown'};
	return named[exitstatus] ?? (exitstatus.startsWith('WARNINGS') ? 'warning' : 'error');
};

const log = (call: Call) => {
	const {log: lines} = taskOf(call);
	const {start = '0', limit = '50'} = call.parameters;
	const from = Number(start);
	const rows = lines.map((t, index) => ({n: index + 1, t})).slice(from, limit === '0' ? undefined : from + Number(limit));
	return rows.length === 0 ? new Page([{n: 1, t: 'no content'}], Math.max(1, lines.length)) : new Page(rows, lines.length);
};

const list = ({world, node, parameters}: Call) => {
	const {source = 'archive', start = '0', limit = '50', typefilter, userfilter, since, until} = parameters;
	const statuses = partsOf(parameters.statusfilter);
	const found = world.tasks.list(node).filter(task => {
		const isActive = task.endtime === undefined;
		return (source === 'all' || (source === 'active') === isActive)
			&& (parameters.vmid === undefined || task.plan.id === parameters.vmid)
			&& (typefilter === undefined || task.plan.type === typefilter)
			&& (userfilter === undefined || user.includes(userfilter) || userfilter === tokenId)
			&& (since === undefined || task.starttime >= Number(since))
			&& (until === undefined || task.starttime <= Number(until))
			&& (!isSet(parameters.errors) || (!isActive && classOf(task) !== 'ok' && classOf(task) !== 'warning'))
			&& (statuses.length === 0 || (!isActive && statuses.includes(classOf(task))));
	});
	// What runs stands first, then the newest.
	const sorted = [...found.filter(task => task.endtime === undefined), ...found.filter(task => task.endtime !== undefined)];
	const page = sorted.slice(Number(start), limit === '0' ? undefined : Number(start) + Number(limit));
	return new Page(page.map(task => task.endtime === undefined ? activeRow(task) : taskRow(task)), sorted.length);
};

const upid = required(text());
const onTask = {...onNode, upid};

/** Tasks of a node: how they stand, what they say, and the end of them. */
export const taskEndpoints: readonly Endpoint[] = [
	{
		method: 'GET', path: '/nodes/{node}/tasks', isForwarded: true,
		rules: {
			...onNode, errors: boolean(), limit: integer(0), since: integer(), source: oneOf('archive active all'), start: integer(0),
			statusfilter: listOf('task-status'), typefilter: text(), until: integer(), userfilter: text(), vmid,
		},
		run: list,
	},
	{
		method: 'GET', path: '/nodes/{node}/tasks/{upid}/status', isForwarded: true, rules: onTask, run: call => taskStatus(taskOf(call)),
	},
	{
		method: 'GET', path: '/nodes/{node}/tasks/{upid}/log', isForwarded: true, rules: {
			...onTask, download: boolean(), limit: integer(0), start: integer(0),
		}, run: log,
	},
	{
		method: 'DELETE', path: '/nodes/{node}/tasks/{upid}', isForwarded: true, rules: onTask,
		run(call) {
			call.world.tasks.interrupt(taskOf(call), 'interrupted by signal', true);
			return null;
		},
	},
];
