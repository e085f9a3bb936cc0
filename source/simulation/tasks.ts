import {type Faults} from './faults.js';
import {type LockRequest, type Locks} from './locks.js';
import {type Random} from './random.js';
import {
	type Task,
	type TaskPlan,
	type Tasks,
	type TaskStep,
} from './task.js';

type Subject = {readonly type: string; readonly node: string; readonly vmids: readonly number[]; readonly storage?: string};

/** What the machinery stands on. */
export type TasksContext = {
	readonly world: {readonly now: number};
	readonly random: Random;
	readonly faults: Faults;
	readonly locks: Locks;
	readonly user: string;
	readonly isQuorate: () => boolean;
	readonly onChange: (task: Task, event: 'started' | 'finished') => void;
};

type Engine = TasksContext & {
	readonly byNode: Map<string, Task[]>;
	readonly byUpid: Map<string, Task>;
	readonly active: Set<Task>;
	pid: number;
};

// What a node's task index remembers.
const remembered = 1000;

const upperHex = (value: number) => Math.trunc(value).toString(16).toUpperCase().padStart(8, '0');

const subjectOf = ({type, node, vmids, storage}: TaskPlan): Subject => ({
	type, node, vmids, storage,
});

const end = (engine: Engine, task: Task, exitstatus: string, lastLine?: string) => {
	if (lastLine !== undefined) {
		task.log.push(lastLine);
	}

	engine.active.delete(task);
	engine.locks.release(task.upid);
	task.endtime = Math.floor(engine.world.now / 1000);
	task.exitstatus = exitstatus;
	engine.onChange(task, 'finished');

	// Whoever waited for one of its locks goes on at this very moment.
	for (const other of engine.active) {
		if (other.waitsUntil !== undefined) {
			proceed(engine, other);
		}
	}
};

const fail = (engine: Engine, task: Task, text: string) => {
	task.plan.undo?.();
	const exitstatus = task.plan.wrap?.(text, task) ?? text;
	end(engine, task, exitstatus, `TASK ERROR: ${exitstatus}`);
};

const succeed = (engine: Engine, task: Task) => {
	if (engine.faults.take('warnings', subjectOf(task.plan))) {
		task.log.push('WARN: something was not as it should be');
		end(engine, task, 'WARNINGS: 1', 'TASK WARNINGS: 1');
	} else {
		end(engine, task, 'OK', 'TASK OK');
	}
};

const acquire = ({locks, world}: Engine, task: Task, lock: LockRequest) => {
	const isHad = locks.tryAcquire(task.upid, lock);
	if (isHad && task.waitsUntil !== undefined) {
		task.log.push(' OK');
		task.lateness += world.now - task.dueAt;
		task.waitsUntil = undefined;
	} else if (!isHad && task.waitsUntil === undefined) {
		task.waitsUntil = world.now + lock.waitMs;
		task.log.push(...lock.waiting);
	}

	return isHad;
};

const runStep = ({faults, isQuorate}: Engine, task: Task, step: TaskStep) => {
	if (task.step === 0 && task.plan.writes !== undefined && !isQuorate()) {
		throw new Error(`unable to open file '${task.plan.writes}.tmp.${task.pid}' - Permission denied`);
	}

	if (step.at === 1 && !task.isJudged) {
		task.isJudged = true;
		const failure = faults.take('fail-task', subjectOf(task.plan));
		if (failure) {
			throw new Error(failure.text ?? 'simulated failure');
		}
	}

	step.run(task);
	task.step++;
};

// Runs what is due at this moment, and notes when the next thing is.
const proceed = (engine: Engine, task: Task) => {
	while (engine.active.has(task)) {
		const step = task.plan.steps[task.step];
		if (!step) {
			succeed(engine, task);
			return;
		}

		if (task.waitsUntil === undefined) {
			task.dueAt = task.startedMs + task.lateness + (step.at * task.plan.durationMs);
			if (task.dueAt > engine.world.now) {
				return;
			}
		}

		if (step.lock && !acquire(engine, task, step.lock)) {
			if (engine.world.now >= task.waitsUntil!) {
				fail(engine, task, step.lock.text);
			}

			return;
		}

		try {
			runStep(engine, task, step);
		} catch (error) {
			fail(engine, task, error instanceof Error ? error.message : String(error));
		}
	}
};

const start = (engine: Engine, plan: TaskPlan): Task => {
	engine.pid += engine.random.integer(1, 40);
	const {world: {now}, pid} = engine;
	const pstart = Math.floor(now / 10) % 0xFF_FF_FF;
	const starttime = Math.floor(now / 1000);
	const upid = `UPID:${plan.node}:${upperHex(pid)}:${upperHex(pstart)}:${upperHex(starttime)}:${plan.type}:${plan.id}:${engine.user}:`;
	const task: Task = {
		upid, pid, pstart, starttime, startedMs: now, plan, log: [], step: 0, dueAt: now, lateness: 0, isJudged: false,
	};

	// It answers a UPID and then was never there.
	if (engine.faults.take('vanish', subjectOf(plan))) {
		return task;
	}

	const list = engine.byNode.get(plan.node) ?? [];
	engine.byNode.set(plan.node, list);
	list.unshift(task);
	engine.byUpid.set(upid, task);
	engine.active.add(task);
	for (const forgotten of list.splice(remembered)) {
		engine.byUpid.delete(forgotten.upid);
	}

	engine.onChange(task, 'started');
	proceed(engine, task);
	return task;
};

const interrupt = (engine: Engine, task: Task, exitstatus: string, isTidy: boolean) => {
	if (!engine.active.has(task)) {
		return;
	}

	if (isTidy) {
		task.plan.undo?.();
	}

	end(engine, task, exitstatus, isTidy ? `TASK ERROR: ${exitstatus}` : undefined);
};

// The earliest moment, up to `nowMs`, at which a task has something to do.
const nextMoment = (engine: Engine, nowMs: number) => {
	let earliest: Task | undefined;
	let moment = nowMs;
	for (const task of engine.active) {
		const at = task.waitsUntil ?? task.dueAt;
		if (!(at <= moment)) {
			continue;
		}

		earliest = task;
		moment = at;
	}

	return earliest && {task: earliest, moment};
};

/** Makes the task machinery: plans go in, UPIDs come out, time moves them on. */
export const createTasks = (context: TasksContext, setTime: (nowMs: number) => void): Tasks => {
	const engine: Engine = {
		...context, byNode: new Map(), byUpid: new Map(), active: new Set(), pid: context.random.integer(700, 900),
	};

	return {
		start: plan => start(engine, plan),
		find(node, upid) {
			const task = engine.byUpid.get(upid);
			return task?.plan.node === node ? task : undefined;
		},
		list: node => engine.byNode.get(node) ?? [],
		running: () => [...engine.active],
		interrupt(task, exitstatus, isTidy) {
			interrupt(engine, task, exitstatus, isTidy);
		},
		advance(nowMs) {
			for (let next = nextMoment(engine, nowMs); next; next = nextMoment(engine, nowMs)) {
				setTime(Math.max(next.moment, engine.world.now));
				proceed(engine, next.task);
			}

			setTime(Math.max(nowMs, engine.world.now));
		},
	};
};
