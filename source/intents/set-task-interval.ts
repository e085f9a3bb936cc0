import {formatInterval} from '../domain/duration.js';
import {taskTable, type TaskName} from '../domain/task.js';
import {type IntentContext, type Intents} from './intents.js';
import {Refused} from './refused.js';
import {
	alreadySo,
	changed,
	log,
	writeIntent,
} from './write-intent.js';

const mostSeconds = 366 * 86_400;

const fromFile = ({settings}: IntentContext, task: TaskName): number =>
	settings().tasks[task]?.intervalSeconds ?? taskTable.find(({name}) => name === task)!.defaultIntervalSeconds;

/** Sets how often a task runs, over what the file says; null takes that back. */
export const setTaskInterval = (context: IntentContext): Intents['setTaskInterval'] => async (task, seconds) => {
	if (seconds !== null && !(Number.isSafeInteger(seconds) && seconds >= 0 && seconds <= mostSeconds)) {
		throw new Refused('invalid', 'an interval is whole seconds, from 1s to 366d, or 0 for off', 'write it as 90s, 5m or 1h, or `default` for what the config says');
	}

	return writeIntent(context, async tables => {
		const set = await tables.taskSettings.list(context.clock.now());
		const standing = set.find(setting => setting.task === task)?.intervalSeconds ?? null;
		const text = seconds === null ? `${formatInterval(fromFile(context, task))}, as the config says` : formatInterval(seconds);
		if (standing === seconds) {
			return alreadySo(`the interval of ${task} is ${text} already`, task);
		}

		await tables.taskSettings.setInterval(task, seconds, context.actor.name);
		await log(tables, context, {subject: task, message: `interval set to ${text}${seconds === 0 ? ': it does not run by itself any more' : ''}`});
		return changed(`the interval of ${task} is ${text}${seconds === null ? '' : `; the config says ${formatInterval(fromFile(context, task))}`}`, task);
	});
};
