import {formatAge} from '../../domain/duration.js';
import {safeText} from '../../domain/safe-text.js';
import {answer} from '../print/answer.js';
import {exitCodes, type Command} from '../io/io.js';
import {incidentJson} from '../print/json/status-json.js';
import {readDuration, readId} from '../words/read-words.js';
import {printTable} from '../print/table.js';

/** What is wrong now. */
export const listIncidents: Command = async (app, _words, _flags, output) => {
	const incidents = await app.read.incidents.listOpen();
	const now = output.now();
	if (output.isJson) {
		output.json({incidents: incidents.map(incident => incidentJson(incident))});
	} else if (incidents.length === 0) {
		output.out('nothing is wrong');
	} else {
		await printTable(output, ['ID', 'SEVERITY', 'SINCE', 'AFFECTS', 'KNOWN TO', 'CAUSE', 'HELPS'], incidents.map(({id, severity, since, affects, acknowledged, cause, command}) => [
			`${id}`,
			severity,
			formatAge(now - since),
			`${affects}`,
			acknowledged ? safeText(`${acknowledged.by}${acknowledged.note === null ? '' : `: ${acknowledged.note}`}`, 80) : '–',
			safeText(cause, 200),
			safeText(command ?? '', 120),
		]));
	}

	return exitCodes.done;
};

/** Acknowledges an incident. */
export const acknowledge: Command = async (app, [word], flags, output) => {
	const done = await app.intents.acknowledge(readId(word, 'incident'), flags.note ?? null, readDuration(flags.for, '--for'));
	return answer(done, output, {incident: incidentJson(done.subject)});
};
