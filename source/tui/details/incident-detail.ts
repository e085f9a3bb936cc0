import {formatAge} from '../../domain/duration.js';
import {incidentName} from '../needs.js';
import {type Overview} from '../state.js';
import {
	factLines,
	headingLines,
	type Detail,
	type DetailContext,
} from './detail-lines.js';

/** An incident in full: its cause, what hangs on it, which command helps, and how the clusters that it names are. */
export const incidentDetail = (id: number, {incidents, clusters}: Overview, context: DetailContext): Detail => {
	const incident = incidents.find(other => other.id === id);
	if (!incident) {
		return {title: 'incident', lines: [[], ...factLines(context, 'over', 'what it was about is well again', 'good')]};
	}

	const {key, cause, command, severity, since, affects, acknowledged} = incident;
	const about = clusters.filter(({name}) => key.split(/[/:]/).includes(name));
	const until = acknowledged?.until ?? null;
	return {
		title: incidentName(incident),
		lines: [
			[],
			...factLines(context, severity, cause, severity === 'critical' ? 'bad' : 'warning'),
			...factLines(context, 'helps', command ?? 'nothing by hand: it is looked at by itself', 'accent'),
			...factLines(context, 'since', `${context.times.full(since)} (${formatAge(context.now - since)})`),
			...factLines(context, 'hang on it', affects > 1 ? String(affects) : null),
			...factLines(context, 'acknowledged', acknowledged
				? `by ${acknowledged.by} at ${context.times.full(acknowledged.at)}${until === null ? '' : `, until ${context.times.full(until)}`}${acknowledged.note === null ? '' : `: ${acknowledged.note}`}`
				: 'by nobody yet (a does)'),
			...(about.length === 0 ? [] : headingLines('Clusters')),
			...about.flatMap(({name, state, error, checkedAt, nodesDown}) => [
				...factLines(context, name, `${state}${error === null ? '' : `: ${error}`}`),
				...factLines(context, 'nodes down', nodesDown.join(', ')),
				...factLines(context, 'looked at', checkedAt === null ? 'never' : `${formatAge(context.now - checkedAt)} ago`),
			]),
		],
	};
};
