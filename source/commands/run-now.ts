import {type App, type RunAnswer} from '../app.js';
import {installName} from '../domain/install.js';
import {safeText} from '../domain/safe-text.js';
import {taskNames, type TaskName} from '../domain/task.js';
import {type Vm, vmName} from '../domain/vm.js';
import {Refused} from '../intents/refused.js';
import {type Flags} from './words/flags.js';
import {
	exitCodes,
	type Command,
	type Output,
	type Signal,
} from './io/io.js';
import {runJson} from './print/json/status-json.js';
import {printTally} from './print/print-tally.js';
import {readTask, readWait} from './words/read-words.js';

type Ran = {
	readonly answer: RunAnswer;
	readonly items: readonly string[];
	readonly end: 'itself' | 'time' | Signal;
	/** VMs that need a person after all of the waiting. */
	readonly needing: readonly Vm[];
	/** What waiting did not bring to its end, a line each. */
	readonly stuck: readonly string[];
};

const listNeeding = async ({read}: App, task: TaskName): Promise<readonly Vm[]> => {
	const left = await read.operations.listUnderWay([task]);
	const vms = await Promise.all([...new Set(left.map(({vmId}) => vmId))].map(async id => read.vms.get(id)));
	return vms.filter(({needsAttention}) => needsAttention !== null);
};

/** What is left of it though it was waited for: a hold came, or an install's panel is not in the config. */
const listStuck = async (app: App, task: TaskName): Promise<readonly string[]> => {
	const {read, settings} = app;
	const open = task === 'process_installs' ? await Promise.all([read.installs.list('pending'), read.installs.list('running')]) : [];
	const installs = open.flat();
	const operations = task === 'process_installs' ? [] : await read.operations.listUnderWay([task]);
	const {hold} = await app.overview({vms: 0, installs: 0, activity: 0});
	if (hold !== null && installs.length + operations.length > 0) {
		return [`a hold by ${hold.by} stands: what is under way of ${task} goes on once it has ended`];
	}

	const {panels} = settings().installs;
	return installs.filter(({panel}) => panels[panel] === undefined)
		.map(install => `${installName(install)} ${install.domain} waits for the panel ${install.panel}, which the config does not have; name it there again, or \`cronsole install drop ${install.id}\``);
};

const runHere = async (app: App, task: TaskName, flags: Flags, output: Output): Promise<Ran> => {
	const limit = readWait(flags);
	const stopping = new AbortController();
	const items: string[] = [];
	let end: Ran['end'] = 'itself';
	const stop = output.io.onSignal(signal => {
		end = signal;
		stopping.abort();
	});
	const timer = limit === null
		? undefined
		: setTimeout(() => {
			end = 'time';
			stopping.abort();
		}, limit);
	try {
		const answer = await app.runTask(task, {
			report(line) {
				items.push(line);
				if (!output.isJson) {
					output.out(safeText(line, 500));
				}
			},
			signal: stopping.signal,
			isWaiting: flags.wait !== undefined,
		});
		return {
			answer, items, end, needing: flags.wait === undefined ? [] : await listNeeding(app, task), stuck: end === 'itself' && flags.wait !== undefined ? await listStuck(app, task) : [],
		};
	} finally {
		clearTimeout(timer);
		stop();
	}
};

const exitCodeOf = ({answer: {run}, end, needing, stuck}: Ran): number => {
	if (end === 'time') {
		return exitCodes.failed;
	}

	if (end !== 'itself') {
		return exitCodes[end];
	}

	return !run || run.errors > 0 || run.result !== 'ok' || needing.length > 0 || stuck.length > 0 ? exitCodes.failed : exitCodes.done;
};

const sayEnd = ({end, needing, stuck}: Ran, task: TaskName, output: Output): void => {
	for (const vm of needing) {
		output.err(`${vmName(vm)} ${vm.hostname} needs attention: ${safeText(vm.needsAttention!.reason, 300)}; see \`cronsole vm explain ${vmName(vm)}\``);
	}

	for (const line of stuck) {
		output.err(safeText(line, 500));
	}

	if (end === 'time') {
		output.err(`the time is over: what is under way of ${task} goes on with the next run, or with whoever leads`);
	} else if (end !== 'itself') {
		output.err(`interrupted: what is under way of ${task} was handed over`);
	}
};

/** `--run-task=NAME`: one run now in this process. */
export const runTaskNow: Command = async (app, [word], flags, output) => {
	const task = readTask(word);
	const ran = await runHere(app, task, flags, output);
	if (!ran.answer.run) {
		throw new Refused('held', `${task} was not run: ${safeText(ran.answer.heldBy, 300)}`, '`cronsole lock list` shows the locks, `cronsole status` a hold');
	}

	if (output.isJson) {
		output.json({run: {task, ...runJson(ran.answer.run)}, items: ran.items});
	} else {
		printTally(ran.answer.run, output);
	}

	sayEnd(ran, task, output);
	return exitCodeOf(ran);
};

/** `--force`: one run of every task now, in this process. */
export const runEveryTask: Command = async (app, _words, flags, output) => {
	if (!flags.yes) {
		const typed = output.io.isTerminal && !output.isJson ? await output.io.ask('Run all seven tasks now, whatever their intervals and pauses say? [y/N] ') : '';
		if (!/^y(?:es)?$/i.test(typed.trim())) {
			throw new Refused('confirmation', 'not confirmed: nothing was run', 'add --yes to run all seven tasks now');
		}
	}

	const ran: Array<Ran & {readonly task: TaskName}> = [];
	for (const task of taskNames) {
		const one = await runHere(app, task, flags, output);
		ran.push({...one, task});
		if (!output.isJson) {
			if (one.answer.run) {
				printTally(one.answer.run, output);
			} else {
				output.out(`${task}: not run: ${safeText(one.answer.heldBy, 300)}`);
			}
		}

		sayEnd(one, task, output);
		if (one.end !== 'itself') {
			break;
		}
	}

	if (output.isJson) {
		output.json({runs: ran.map(({task, answer: {run, heldBy}, items}) => run ? {task, ...runJson(run), items} : {task, heldBy, items})});
	}

	const codes = ran.filter(({answer: {run}}) => run).map(one => exitCodeOf(one));
	return codes.length === 0 ? exitCodes.held : Math.max(...codes);
};
