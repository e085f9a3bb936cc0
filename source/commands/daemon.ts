import {type App, type RunningScheduler} from '../app.js';
import {type Metrics} from '../app/metrics.js';
import {type Systemd} from '../app/systemd.js';
import {ConfigInvalid, findConfigFile, loadSettings} from '../config.js';
import {type Log} from '../domain/log.js';
import {type Intake} from '../intake/open-intake.js';
import {type Flags} from './words/flags.js';
import {
	exitCodes,
	type Command,
	type Output,
	type Signal,
} from './io/io.js';

/** A line of the daemon's log: every key stands in every line. */
const createLog = (output: Output): Log => ({level, event, message, task = null as string | null, run = null as number | null, vm = null as string | null, install = null as number | null}) => {
	output.json({
		at: new Date(output.now()).toISOString(), level, event, task, run, vm, install, message,
	});
};

type Running = {readonly app: App; readonly intake: Intake | undefined; readonly scheduler: RunningScheduler; readonly flags: Flags; readonly log: Log; readonly output: Output};

const reload = async ({app, intake, scheduler, flags, log, output}: Running): Promise<void> => {
	const {env} = output.io;
	try {
		const settings = await loadSettings({file: findConfigFile(flags, env)?.file ?? null, databaseFlag: flags.database, env});
		if (settings.database !== app.settings().database) {
			log({level: 'warning', event: 'config', message: `the config names another database: restart for that; ${app.place} stays in use`});
		}

		await scheduler.reload({...settings, database: app.settings().database});
		intake?.reload();
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

/** What others watch this process by: an HTTP server, if it is wanted, and systemd, if it started us. */
type Watchers = {
	readonly systemd: Systemd | undefined;
	/** From now on they are told how it goes. */
	readonly tell: (scheduler: RunningScheduler) => void;
	readonly close: () => Promise<void>;
};

/** Opened before any work begins: a place where nobody can listen is refused, and nothing was done. */
const openWatchers = async (app: App, {metrics: place}: Flags, {io: {env, clock}}: Output, {log, hearers}: {readonly log: Log; readonly hearers: Set<Log>}): Promise<Watchers> => {
	const [{openMetricsServer, readMetricsPlace}, {openSystemd}, {createHealth}] = await Promise.all([
		import('../app/metrics-server.js'), import('../app/systemd.js'), import('../app/health.js'),
	]);
	const server = place === undefined ? undefined : await openMetricsServer(readMetricsPlace(place));
	let metrics: Metrics | undefined;
	if (server) {
		const {createMetrics} = await import('../app/metrics.js');
		metrics = createMetrics(app);
		hearers.add(metrics.hear);
	}

	const systemd = await openSystemd({
		env, clock,
		onError(message) {
			log({level: 'warning', event: 'systemd', message});
		},
	});
	let stopFeeding: (() => void) | undefined;
	return {
		systemd,
		tell(scheduler) {
			const health = createHealth({app, scheduler, clock});
			stopFeeding = systemd?.startFeeding({health, isLeading: scheduler.isLeading});
			if (!(server && metrics)) {
				return;
			}

			server.tell({metrics: {contentType: metrics.contentType, read: async () => metrics.read(scheduler)}, health});
			log({level: 'info', event: 'metrics', message: `http://${server.place}/metrics and /healthz`});
		},
		async close() {
			stopFeeding?.();
			await server?.close();
		},
	};
};

/** Does what signals say until one ends it; answers with that one. */
const serve = async (running: Running, systemd: Systemd | undefined, next: () => Promise<Signal>): Promise<Exclude<Signal, 'SIGHUP'>> => {
	for (;;) {
		const signal = await next();
		if (signal !== 'SIGHUP') {
			systemd?.stopping();
			return signal;
		}

		systemd?.reloading();
		await reload(running);
		systemd?.ready();
	}
};

/** Where orders are taken, if that is wanted. */
const openOrders = async (app: App, {intake}: Flags, {io: {clock}}: Output, log: Log): Promise<Intake | undefined> => {
	if (intake === undefined) {
		return undefined;
	}

	const {openIntake} = await import('../intake/open-intake.js');
	return openIntake(app, intake, {clock, log});
};

/** The scheduler without a screen, until SIGTERM or SIGINT; SIGHUP rereads the config. */
export const daemon: Command = async (app, _words, flags, output) => {
	const hearers = new Set<Log>([createLog(output)]);
	const log: Log = line => {
		for (const hear of hearers) {
			hear(line);
		}
	};

	const signals = listen(output);
	let watchers: Watchers | undefined;
	let intake: Intake | undefined;
	try {
		watchers = await openWatchers(app, flags, output, {log, hearers});
		intake = await openOrders(app, flags, output, log);
		const scheduler = await app.startScheduler('daemon', log);
		const running: Running = {
			app, intake, scheduler, flags, log, output,
		};
		watchers.tell(scheduler);
		log({level: 'info', event: 'started', message: `cronsole ${app.version}, database ${app.place}`});
		intake?.open();
		watchers.systemd?.ready();
		const signal = await serve(running, watchers.systemd, signals.next);
		log({level: 'info', event: 'stopping', message: `${signal}: nothing new is started, the present steps end`});
		await intake?.close();
		await scheduler.stop();
		log({level: 'info', event: 'stopped', message: 'handed over: every lease is free'});
		return exitCodes[signal];
	} finally {
		await intake?.close();
		await watchers?.close();
		signals.stop();
	}
};
