import {type ClusterHealth} from '../../domain/cluster.js';
import {formatCount, formatSpan, type Times} from '../format.js';
import {countAttention} from '../needs.js';
import {type Overview, type State} from '../state.js';
import {fitEdges, piecesWidth, type Piece} from '../text.js';
import {type Style, type Theme} from '../theme.js';

/** What the header says of the place that it runs in. */
export type Facts = {
	/** This machine's name and this process: which session is our own. */
	readonly host: string;
	readonly pid: number;
	readonly folder: string;
	readonly isDemo: boolean;
};

type Context = {readonly state: State; readonly facts: Facts; readonly theme: Theme; readonly times: Times};

const leaderPieces = ({leader, lastLeader}: Overview, {state: {now, isLeading}, theme}: Context): readonly Piece[] => {
	if (leader) {
		const age = now - leader.renewedAt;
		const who = isLeading ? 'this console' : `${leader.kind} ${leader.host}:${leader.pid}`;
		return [
			['good', `${theme.glyphs.leader} `],
			['plain', `leading: ${who}`],
			[age > 20_000 ? 'bad' : 'dim', `, ${formatSpan(age)} ago`],
		];
	}

	const last = lastLeader ? ` (last: ${lastLeader.kind} ${lastLeader.host}, ${formatSpan(now - lastLeader.seenAt)} ago)` : '';
	return [['alarm', `! NOBODY LEADS${last} `]];
};

const clusterStyle = ({state}: ClusterHealth): Style => state === 'ok' ? 'good' : (state === 'degraded' || state === 'maintenance' || state === 'observed' ? 'warning' : 'bad');

/** All by name; where that is too long, the sound ones as a number. */
const clusterPieces = (clusters: readonly ClusterHealth[], isShort: boolean, theme: Theme): readonly Piece[] => {
	const sound = clusters.filter(({state}) => state === 'ok');
	const named = isShort ? clusters.filter(cluster => !sound.includes(cluster)) : clusters;
	const separator: Piece = ['dim', ` ${theme.glyphs.separator} `];
	return [
		...named.flatMap((cluster): readonly Piece[] => [separator, ['plain', `${cluster.name} `], [clusterStyle(cluster), cluster.state]]),
		...(isShort && sound.length > 0 ? [separator, ['good', `${formatCount(sound.length, 'cluster')} ok`] satisfies Piece] : []),
	];
};

/** The names of those who are here besides us. */
export const othersHere = ({sessions}: Overview, {host, pid}: Facts): readonly string[] => [...new Set(sessions
	.filter(({kind}) => kind === 'screen' || kind === 'console')
	.filter(session => session.host !== host || session.pid !== pid)
	.map(({actor}) => actor))];

const othersPieces = (names: readonly string[], isShort: boolean): readonly Piece[] => names.length === 0 ? [] : [['accent', isShort || names.length > 4 ? `${formatCount(names.length, 'other')} here  ` : `${names.join(', ')}  `]];

const badges = (isReadOnly: boolean, isDemo: boolean): readonly Piece[] => [
	...(isDemo ? [['plain', ' '], ['alarm', ' DEMO ']] as const : []),
	...(isReadOnly ? [['plain', ' '], ['alarm', ' RO ']] as const : []),
];

/** The first line. What matters least is shortened first: the folder, the names of others, the names of sound clusters. */
export const headerLine = (overview: Overview | null, context: Context): string => {
	const {state, facts, theme, times} = context;
	const {columns} = state.size;
	const place: Piece = ['dim', `  ${facts.host}  ${facts.folder}`];
	const clock: readonly Piece[] = [['plain', times.clock(state.now)]];
	const build = (shortness: number): readonly [readonly Piece[], readonly Piece[]] => [
		[
			['strong', 'cronsole'],
			...badges(state.isReadOnly, facts.isDemo),
			...(shortness < 2 ? [place] : []),
			['plain', '  '],
			...(overview ? leaderPieces(overview, context) : [['dim', 'reading the database'] satisfies Piece]),
			...(overview ? clusterPieces(overview.clusters, shortness > 2, theme) : []),
		],
		[...(overview ? othersPieces(othersHere(overview, facts), shortness > 0) : []), ...(shortness > 3 ? [] : clock)],
	];

	const fitting = [0, 1, 2, 3, 4].map(shortness => build(shortness)).find(([left, right]) => piecesWidth(theme, left) + piecesWidth(theme, right) < columns) ?? build(4);
	return fitEdges(theme, fitting[0], fitting[1], columns);
};

const holdPieces = ({hold}: Overview, {state: {now}, times}: Context): readonly Piece[] => {
	if (!hold) {
		return [];
	}

	const until = hold.until === null ? '' : `, until ${times.time(hold.until)}`;
	return [['plain', '  '], ['alarm', ` HOLD by ${hold.by} ${formatSpan(now - hold.since)}${until}${hold.reason === null ? '' : `: ${hold.reason}`} `]];
};

/** The second line: the view's name, a hold, trouble, and what needs a person. */
export const attentionLine = (overview: Overview | null, context: Context): string => {
	const {state, theme} = context;
	const {needs, incidents} = overview ? countAttention(overview, state.now) : {needs: 0, incidents: 0};
	const counts = [needs > 0 ? `${needs} need${needs === 1 ? 's' : ''} you` : '', incidents > 0 ? formatCount(incidents, 'incident') : ''].filter(part => part !== '');
	const maintenance = overview?.maintenance.map(({cluster, node}) => node === null ? cluster : `${cluster}/${node}`).join(', ') ?? '';
	const left: readonly Piece[] = [
		['accent', '1 Overview'],
		...(overview ? holdPieces(overview, context) : []),
		...(maintenance === '' ? [] : [['warning', `  maintenance: ${maintenance}`] satisfies Piece]),
		...(state.trouble === null ? [] : [['plain', '  '], ['alarm', ` the database cannot be read: ${state.trouble} `]] as const),
	];
	return fitEdges(theme, left, counts.length === 0 ? [['dim', 'all is well']] : [['alarm', ` ! ${counts.join(` ${theme.glyphs.separator} `)} `]], state.size.columns);
};
