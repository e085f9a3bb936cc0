import {formatBytes} from '../../domain/bytes.js';
import {safeText} from '../../domain/safe-text.js';
import {Refused} from '../../intents/refused.js';
import {exitCodes, type Command} from '../io/io.js';
import {iso} from '../print/times.js';

/** Copies the database, while anything runs. */
export const backUpDatabase: Command = async (app, [file], _flags, output) => {
	const copy = await app.database.copyTo(file!);
	if (output.isJson) {
		output.json({backup: copy});
	} else {
		output.out(`${safeText(copy.file, 500)}: ${formatBytes(copy.bytes)}, schema ${copy.schema}, ${copy.rows} rows in ${copy.tables} tables, looked through and whole`);
	}

	return exitCodes.done;
};

/** Looks through the database; exit 1 where anything is wrong. */
export const checkDatabase: Command = async (app, _words, _flags, output) => {
	const {restored, ...health} = await app.database.look();
	const isLow = health.freeBytes < 2 * (health.bytes + health.walBytes);
	const wrong = [
		...health.damage.map(line => `it is damaged: ${safeText(line, 300)}: stop every cronsole, keep a copy of the file with its -wal, and put a backup in its place`),
		...health.strays.map(line => `a row names one that is not there: ${safeText(line, 100)}: put a backup in its place, or report it`),
		...(isLow ? [`only ${formatBytes(health.freeBytes)} free on its disk: a copy needs twice its size`] : []),
		...(restored === null ? [] : [`${restored.why}: nothing is worked on until cronsole db accept`]),
	];
	const {damage, strays, ...rest} = health;
	if (output.isJson) {
		output.json({
			database: {
				place: app.place, installation: app.installation, ...rest, damage, strays, restored: restored && {why: restored.why, since: iso(restored.since), asOf: iso(restored.asOf)}, ok: wrong.length === 0,
			},
		});
	} else {
		output.out(`${safeText(app.place, 500)}: ${formatBytes(rest.bytes)}, schema ${rest.schema}, ${rest.tables} tables, WAL ${formatBytes(rest.walBytes)}, ${formatBytes(rest.freeBytes)} free`);
		for (const line of wrong) {
			output.out(`failed   ${line}`);
		}

		if (wrong.length === 0) {
			output.out('ok       every page and every reference is whole');
		}
	}

	return wrong.length === 0 ? exitCodes.done : exitCodes.failed;
};

/** Goes on with a database that was restored, once it was compared with the clusters. */
export const acceptDatabase: Command = async (app, _words, flags, output) => {
	const comparison = await app.database.compare();
	const {lines, problems} = comparison;
	if (!output.isJson) {
		for (const line of lines) {
			output.out(line);
		}

		output.out(lines.length === 0 && problems.length === 0 ? 'the clusters have nothing that this database does not know' : `${lines.length} differences`);
	}

	if (problems.length === 0 && !flags.yes) {
		const typed = output.io.isTerminal && !output.isJson ? await output.io.ask('type accept to go on with this database: ') : '';
		if (typed.trim().toLowerCase() !== 'accept') {
			throw new Refused('confirmation', 'not confirmed: work stays paused, nothing was changed', 'add --yes to go on with this database');
		}
	}

	await app.database.accept(comparison);
	if (output.isJson) {
		output.json({accepted: true, differences: lines});
	} else {
		output.out('work goes on; what needs a person stands in cronsole status');
	}

	return exitCodes.done;
};
