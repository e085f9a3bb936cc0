import {presentMonth, readUsage} from '../../app/read-usage.js';
import {formatAge} from '../../domain/duration.js';
import {safeText} from '../../domain/safe-text.js';
import {isMonth} from '../../domain/traffic-periods.js';
import {gigabyte, type Usage} from '../../domain/usage.js';
import {Refused} from '../../intents/refused.js';
import {csvLine} from '../print/csv-line.js';
import {
	exitCodes,
	type Command,
	type Output,
} from '../io/io.js';
import {usageJson} from '../print/json/usage-json.js';
import {printTable} from '../print/table.js';
import {createTimes} from '../print/times.js';

const readMonth = (text: string | undefined, present: string): string => {
	if (text === undefined || isMonth(text)) {
		return text ?? present;
	}

	throw new Refused('invalid', `--month: ${safeText(text, 40)} is no month`, `write year and month, such as ${present}`);
};

const inGigabytes = (bytes: number): string => (bytes / gigabyte).toFixed(3);

const printUsage = async (usage: readonly Usage[], timezone: string, output: Output): Promise<void> => {
	const times = createTimes(timezone);
	const headings = ['REFERENCE', 'HOSTNAME', 'MONTH', 'ZONE', 'IN GB', 'OUT GB', 'BILLABLE GB', 'OF GB', 'COMPLETE', 'GAPS', 'AS OF'];
	await printTable(output, headings, usage.map(({vm, month, zone, bytesIn, bytesOut, billable, gapSeconds, asOf, isComplete}) => [
		vm.reference,
		vm.hostname,
		month,
		zone,
		inGigabytes(bytesIn),
		inGigabytes(bytesOut),
		inGigabytes(billable),
		String(vm.package.trafficGb ?? '–'),
		isComplete ? 'yes' : 'no',
		gapSeconds === 0 ? '–' : formatAge(gapSeconds * 1000),
		asOf === null ? 'never' : times.full(asOf),
	]));
};

/** What flowed through each VM in a month. */
export const usage: Command = async (app, _words, flags, output) => {
	if (flags.csv && output.isJson) {
		throw new Refused('invalid', '--csv and --json are two answers', 'write one of them');
	}

	const settings = app.settings();
	const now = output.now();
	const month = readMonth(flags.month, presentMonth(settings, now));
	const found = await readUsage(app, month, now);
	if (output.isJson) {
		output.json({usage: found.map(row => usageJson(row))});
	} else if (flags.csv) {
		const lines = found.map(row => usageJson(row));
		const names = ['id', 'reference', 'hostname', 'month', 'zone', 'in', 'out', 'billable', 'included', 'estimated', 'asOf', 'complete', 'gaps'] as const;
		// The lines of a CSV file end in CR LF.
		for (const cells of [names, ...lines.map(line => names.map(name => line[name]))]) {
			output.data(`${csvLine(cells)}\r`);
		}
	} else if (found.length === 0) {
		output.out(`no VM lived in ${month}`);
	} else {
		await printUsage(found, settings.timezone, output);
	}

	return exitCodes.done;
};
