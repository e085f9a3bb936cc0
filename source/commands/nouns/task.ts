import {durationHint, parseDuration} from '../../domain/duration.js';
import {safeText} from '../../domain/safe-text.js';
import {Refused} from '../../intents/refused.js';
import {answer, warnWithoutLeader} from '../print/answer.js';
import {exitCodes, type Command} from '../io/io.js';
import {runJson, tasksJson} from '../print/json/status-json.js';
import {printTally} from '../print/print-tally.js';
import {readSpell, readTask} from '../words/read-words.js';
import {tasksTable} from '../print/tasks-table.js';
import {waitUntil} from '../io/wait.js';

/** Tasks: interval and where it is from, last run, next run, lock. */
export const listTasks: Command = async (app, _words, _flags, output) => {
	const overview = await app.overview({vms: 0, installs: 0, activity: 0});
	if (output.isJson) {
		output.json({tasks: tasksJson(overview, app.settings())});
	} else {
		const lines = await tasksTable(overview, app.settings());
		for (const line of lines) {
			output.out(line);
		}
	}

	return exitCodes.done;
};

/** Asks the leader to run a task now. */
export const runTask: Command = async (app, [word], flags, output) => {
	const task = readTask(word);
	const request = await app.intents.requestRun(task);
	await warnWithoutLeader(app, output, task);
	if (flags.wait === undefined) {
		return answer({changed: true, message: `the leader is asked to run ${task} now`, subject: null}, output, {request: {id: request.id, task}});
	}

	const waited = await waitUntil(app, flags, output, async () => {
		const now = await app.read.runRequests.find(request.id);
		const run = now && now.runId !== null ? await app.read.runs.find(now.runId) : undefined;
		return now?.refusal !== null || (run && run.finishedAt !== null) ? {end: 'done'} : undefined;
	});
	if (waited.end === 'signal') {
		output.err('interrupted: the request stands');
		return exitCodes[waited.signal];
	}

	if (waited.end === 'time') {
		output.err(`the time is over: the run of ${task} goes on`);
		return exitCodes.failed;
	}

	const done = (await app.read.runRequests.find(request.id))!;
	if (done.refusal !== null) {
		throw new Refused('held', `${task} was not run: ${done.refusal}`, 'try again when it ended; `cronsole lock list` shows who holds the lock');
	}

	const run = (await app.read.runs.find(done.runId!))!;
	if (output.isJson) {
		output.json({run: {task, ...runJson(run)}});
	} else {
		printTally(run, output);
	}

	return run.errors > 0 || run.result !== 'ok' ? exitCodes.failed : exitCodes.done;
};

/** Stops scheduled runs of a task. */
export const pauseTask: Command = async (app, [word], flags, output) => answer(await app.intents.pauseTask(readTask(word), readSpell(flags)), output);

/** Lets a paused task run again. */
export const resumeTask: Command = async (app, [word], _flags, output) => answer(await app.intents.resumeTask(readTask(word)), output);

/** Sets how often a task runs, or takes that back. */
export const setInterval: Command = async (app, [word, text = ''], _flags, output) => {
	const task = readTask(word);
	const ms = text === 'default' ? null : parseDuration(text);
	if (ms === undefined) {
		throw new Refused('invalid', `${safeText(text, 40)} is no interval`, `${durationHint}, 0 for off, or default for what the config says`);
	}

	return answer(await app.intents.setTaskInterval(task, ms === null ? null : ms / 1000), output);
};
