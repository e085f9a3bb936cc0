import {setTimeout as sleep} from 'node:timers/promises';
import {type Activity, type Level} from '../../domain/activity.js';
import {safeText} from '../../domain/safe-text.js';
import {vmName} from '../../domain/vm.js';
import {
	exitCodes,
	type Command,
	type Output,
	type Signal,
} from '../io/io.js';
import {readChoice, readDuration} from '../words/read-words.js';
import {createTimes, iso, type Times} from '../print/times.js';

const levels: readonly Level[] = ['debug', 'info', 'warning', 'error'];
const lookMs = 250;
const most = 100_000;
const screenful = 100;

const json = ({id, at, level, actor, address, subject, vmId, installId, message}: Activity) => ({
	id, at: iso(at), level, actor, address, subject, vm: vmId === null ? null : vmName({id: vmId}), install: installId, message,
});

const print = (row: Activity, times: Times, output: Output): void => {
	const by = safeText(row.address === null ? row.actor : `${row.actor}@${row.address}`, 80);
	output.out(`${times.full(row.at)}  ${row.level.padEnd(7)}  ${by}  ${safeText(row.subject, 100)}  ${safeText(row.message, 1000)}`);
};

/** Who did what, and what happened. With `--follow` and `--json` each row is an object of its own line. */
export const activity: Command = async (app, _words, flags, output) => {
	const since = readDuration(flags.since, '--since');
	const filter = {
		level: readChoice(flags.level, levels, '--level'), about: flags.about, since: since === null ? undefined : output.now() - since,
	};
	const times = createTimes(app.settings().timezone);
	let rows = await app.read.activity.list({...filter, limit: since === null ? screenful : most});
	if (!flags.follow) {
		if (output.isJson) {
			output.json({activity: rows.map(row => json(row))});
		} else {
			for (const row of rows) {
				print(row, times, output);
			}
		}

		return exitCodes.done;
	}

	const signals: Signal[] = [];
	const stop = output.io.onSignal(signal => {
		signals.push(signal);
	});
	let after = 0;
	let version = app.dataVersion();
	for (;;) {
		for (const row of rows) {
			after = row.id;
			if (output.isJson) {
				output.json(json(row));
			} else {
				print(row, times, output);
			}
		}

		while (signals.length === 0 && app.dataVersion() === version) {
			await sleep(lookMs);
		}

		const [signal] = signals;
		if (signal !== undefined) {
			stop();
			return exitCodes[signal];
		}

		version = app.dataVersion();
		rows = await app.read.activity.list({...filter, after, limit: most});
	}
};
