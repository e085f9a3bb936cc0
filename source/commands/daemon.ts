import {type App, type RunningScheduler} from '../app.js';
import {ConfigInvalid, findConfigFile, loadSettings} from '../config.js';
import {type Log} from '../domain/log.js';
import {Refused} from '../intents/refused.js';
import {type Flags} from './flags.js';
import {
	exitCodes,
	type Command,
	type Output,
	type Signal,
} from './io.js';

/** A line of the daemon's log: every key stands in every line. */
const createLog = (output: Output): Log => ({level, event, message, task = null as string | null, run = null as number | null, vm = null as string | null, install = null as number | null}) => {
	output.json({
		at: new Date(output.now()).toISOString(), level, event, task, run, vm, install, message,
	});
};

const reload = async (app: App, scheduler: RunningScheduler, flags: Flags, {log, output}: {readonly log: Log; readonly output: Output}): Promise<void> => {
	const {env} = output.io;
	try {
		const settings = await loadSettings({file: findConfigFile(flags, env)?.file ?? null, databaseFlag: flags.database, env});
		if (settings.database !== app.settings().database) {
			log({level: 'warning', event: 'config', message: `the config names another database: restart for that; ${app.place} stays in use`});
		}

		await scheduler.reload({...settings, database: app.settings().database});
		log({level: 'info', event: 'config', message: `the config was read again${settings.file === null ? ': there is none' : `: ${settings.file}`}`});
	} catch (error) {
		for (const problem of error instanceof ConfigInvalid ? error.problems : [(error as Error).message]) {
			log({level: 'error', event: 'config', message: `the old config stays in use: ${problem}`});
		}
	}
};

/** Signals one after another, none of them lost while another is seen to. */
const listen = (output: Output) => {
	const pending: Signal[] = [];
	let arrival = Promise.withResolvers<void>();
	const stop = output.io.onSignal(signal => {
		pending.push(signal);
		arrival.resolve();
	});
	return {
		stop,
		async next(): Promise<Signal> {
			while (pending.length === 0) {
				await arrival.promise;
				arrival = Promise.withResolvers<void>();
			}

			return pending.shift()!;
		},
	};
};

/** The scheduler without a screen, until SIGTERM or SIGINT; SIGHUP rereads the config. */
export const daemon: Command = async (app, _words, flags, output) => {
	if (flags.metrics !== undefined) {
		throw new Refused('not-allowed', '--metrics is not in this version', 'leave it out; `cronsole status --json` gives the same numbers');
	}

	const log = createLog(output);
	const signals = listen(output);
	try {
		const scheduler = await app.startScheduler('daemon', log);
		log({level: 'info', event: 'started', message: `cronsole ${app.version}, database ${app.place}`});
		for (;;) {
			const signal = await signals.next();
			if (signal === 'SIGHUP') {
				await reload(app, scheduler, flags, {log, output});
			} else {
				log({level: 'info', event: 'stopping', message: `${signal}: nothing new is started, the present steps end`});
				await scheduler.stop();
				log({level: 'info', event: 'stopped', message: 'handed over: every lease is free'});
				return exitCodes[signal];
			}
		}
	} finally {
		signals.stop();
	}
};
