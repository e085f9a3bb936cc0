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

// In steps: a number that changed each second would have the whole line written anew for nothing.
const heartbeatStepMs = 5000;

const leaderPieces = ({leader, lastLeader}: Overview, {state: {now, isLeading}, theme}: Context): readonly Piece[] => {
	if (leader) {
		const age = now - leader.renewedAt;
		const who = isLeading ? 'this console' : `${leader.kind} ${leader.host}:${leader.pid}`;
		return [
			['good', `${theme.glyphs.leader} `],
			['plain', `leading: ${who}`],
			[age > 20_000 ? 'bad' : 'dim', `, ${formatSpan(Math.floor(age / heartbeatStepMs) * heartbeatStepMs)} ago`],
		];
	}

	const last = lastLeader ? ` (last: ${lastLeader.kind} ${lastLeader.host}, ${formatSpan(now - lastLeader.seenAt)} ago)` : '';
	return [['alarm', `! NOBODY LEADS${last} `]];
};

const clusterStyle = ({state}: ClusterHealth): Style => state === 'ok' ? 'good' : (['degraded', 'maintenance', 'observed'].includes(state) ? 'warning' : 'bad');

/** All by name; where that is too long, the sound ones as a number. */
const clusterPieces = (clusters: readonly ClusterHealth[], shortness: number, theme: Theme): readonly Piece[] => {
	const isShort = shortness > 2;
	const sound = clusters.filter(({state}) => state === 'ok');
	const named = isShort ? clusters.filter(cluster => !sound.includes(cluster)) : clusters;
	const separator: Piece = ['dim', ` ${theme.glyphs.separator} `];
	return [
		...named.flatMap((cluster): readonly Piece[] => [separator, ['plain', `${cluster.name} `], [clusterStyle(cluster), cluster.state]]),
		...(isShort && sound.length > 0 && (shortness < 4 || named.length === 0) ? [separator, ['good', `${formatCount(sound.length, 'cluster')} ok`] satisfies Piece] : []),
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

type Edges = {readonly left: readonly Piece[]; readonly right: readonly Piece[]; readonly hasPlace: boolean};

const placePieces = ({host, folder}: Facts): readonly Piece[] => [['dim', `  ${host}  ${folder}`]];

/** What matters least is shortened first: the names of others, the place (it moves to the second line), the sound clusters, the clock. */
const headerEdges = (overview: Overview | null, context: Context): Edges => {
	const {state, facts, theme, times} = context;
	const clock: readonly Piece[] = [['plain', times.clock(state.now)]];
	const build = (shortness: number): Edges => ({
		hasPlace: shortness < 2,
		left: [
			['strong', 'cronsole'],
			...badges(state.isReadOnly, facts.isDemo),
			...(shortness < 2 ? placePieces(facts) : []),
			['plain', '  '],
			...(overview ? leaderPieces(overview, context) : [['dim', 'reading the database'] satisfies Piece]),
			...(overview ? clusterPieces(overview.clusters, shortness, theme) : []),
		],
		right: [...(overview ? othersPieces(othersHere(overview, facts), shortness > 0) : []), ...(shortness > 3 ? [] : clock)],
	});

	const fitting = [0, 1, 2, 3].map(shortness => build(shortness)).find(({left, right}) => {
		const width = piecesWidth(theme, left) + piecesWidth(theme, right);
		return width < state.size.columns;
	});
	return fitting ?? build(4);
};

/** The first line: who leads, how the clusters are, who else is here, what time it is. */
export const headerLine = (overview: Overview | null, context: Context): string => {
	const {left, right} = headerEdges(overview, context);
	return fitEdges(context.theme, left, right, context.state.size.columns);
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
	const {state, facts, theme} = context;
	const {needs, incidents} = overview ? countAttention(overview, state.now) : {needs: 0, incidents: 0};
	const counts = [needs > 0 ? `${needs} need${needs === 1 ? 's' : ''} you` : '', incidents > 0 ? formatCount(incidents, 'incident') : ''].filter(part => part !== '');
	const maintenance = overview?.maintenance.map(({cluster, node}) => node === null ? cluster : `${cluster}/${node}`).join(', ') ?? '';
	const left: readonly Piece[] = [
		['accent', '1 Overview'],
		...(headerEdges(overview, context).hasPlace ? [] : placePieces(facts)),
		...(overview ? holdPieces(overview, context) : []),
		...(maintenance === '' ? [] : [['warning', `  maintenance: ${maintenance}`] satisfies Piece]),
		...(state.trouble === null ? [] : [['plain', '  '], ['alarm', ` the database cannot be read: ${state.trouble} `]] as const),
	];
	const right: Piece = counts.length === 0 ? ['dim', 'all is well'] : ['alarm', ` ! ${counts.join(` ${theme.glyphs.separator} `)} `];
	return fitEdges(theme, left, [right], state.size.columns);
};
