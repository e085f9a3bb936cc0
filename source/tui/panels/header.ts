import {type ClusterHealth} from '../../domain/cluster.js';
import {formatCount, formatSpan, type Times} from '../format.js';
import {countAttention, findUrgent} from '../needs.js';
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
const lateMs = 20_000;

const leaderPieces = ({leader, lastLeader}: Overview, {state: {now, isLeading, mayLead}, theme}: Context): readonly Piece[] => {
	if (leader) {
		const age = now - leader.renewedAt;
		const isLate = age > lateMs;
		// How fresh its own heartbeat is says nothing to the person before it, unless it has stopped.
		const isAgeTold = !isLeading || isLate;
		return [
			['good', `${theme.glyphs.leader} `],
			['plain', `leading: ${isLeading ? 'this console' : `${leader.kind} ${leader.host}:${leader.pid}`}`],
			[isLate ? 'bad' : 'dim', isAgeTold ? `, ${formatSpan(Math.floor(age / heartbeatStepMs) * heartbeatStepMs)} ago` : ''],
		];
	}

	const last = lastLeader ? ` (last: ${lastLeader.kind} ${lastLeader.host}, ${formatSpan(now - lastLeader.seenAt)} ago)` : '';
	return [['alarm', ` ! NOBODY LEADS${mayLead ? ': L leads here' : ''}${last} `]];
};

const clusterStyle = ({state}: ClusterHealth): Style => state === 'ok' ? 'good' : (['degraded', 'maintenance', 'observed'].includes(state) ? 'warning' : 'bad');

/** All by name, or of the sound ones only that they are. */
const clusterPieces = (clusters: readonly ClusterHealth[], isShort: boolean, theme: Theme): readonly Piece[] => {
	const sound = clusters.filter(({state}) => state === 'ok');
	const named = isShort ? clusters.filter(cluster => !sound.includes(cluster)) : clusters;
	const separator: Piece = ['dim', ` ${theme.glyphs.separator} `];
	return [
		...named.flatMap((cluster): readonly Piece[] => [separator, ['plain', `${cluster.name} `], [clusterStyle(cluster), cluster.state]]),
		...(isShort && sound.length > 0 && named.length === 0 ? [separator, ['good', `${formatCount(sound.length, 'cluster')} ok`] satisfies Piece] : []),
	];
};

/** The names of those who are here besides us. */
const othersHere = ({sessions}: Overview, {host, pid}: Facts): readonly string[] => [...new Set(sessions
	.filter(({kind}) => kind === 'screen' || kind === 'console')
	.filter(session => session.host !== host || session.pid !== pid)
	.map(({actor}) => actor))];

const othersPieces = (names: readonly string[], isShort: boolean): readonly Piece[] => names.length === 0 ? [] : [['accent', isShort || names.length > 4 ? `${formatCount(names.length, 'other')} here  ` : `${names.join(', ')}  `]];

const badges = (isReadOnly: boolean, isDemo: boolean): readonly Piece[] => [
	...(isDemo ? [['plain', ' '], ['alarm', ' DEMO ']] as const : []),
	...(isReadOnly ? [['plain', ' '], ['alarm', ' RO ']] as const : []),
];

type Edges = {readonly left: readonly Piece[]; readonly right: readonly Piece[]};

// What matters least is shortened first, one more of these at each step.
const shortenings = ['names of others', 'folder', 'weekday and zone', 'sound clusters', 'others', 'host', 'clock'] as const;
type Shortening = typeof shortenings[number];

const headerEdges = (overview: Overview | null, context: Context, short: ReadonlySet<Shortening>): Edges => {
	const {state, facts, theme, times} = context;
	const time = short.has('weekday and zone') ? times.time(state.now) : times.clock(state.now);
	return {
		left: [
			['strong', 'cronsole'],
			...badges(state.isReadOnly, facts.isDemo),
			['plain', short.has('host') ? '' : `  ${facts.host}`],
			['dim', short.has('folder') ? '' : `  ${facts.folder}`],
			['plain', '  '],
			...(overview ? leaderPieces(overview, context) : [['dim', 'reading the database'] satisfies Piece]),
			...(overview ? clusterPieces(overview.clusters, short.has('sound clusters'), theme) : []),
		],
		right: [
			...(overview && !short.has('others') ? othersPieces(othersHere(overview, facts), short.has('names of others')) : []),
			// That it moves shows that the line is alive.
			['plain', short.has('clock') ? '' : time],
		],
	};
};

/** The first line: where this is, who leads, how the clusters are, who else is here, what time it is. */
export const headerLine = (overview: Overview | null, context: Context): string => {
	const {columns} = context.state.size;
	const edgesAfter = (count: number): Edges => headerEdges(overview, context, new Set(shortenings.slice(0, count)));
	const fits = ({left, right}: Edges): boolean => piecesWidth(context.theme, [...left, ...right]) < columns;
	const count = shortenings.keys().find(shortened => fits(edgesAfter(shortened))) ?? shortenings.length;
	const {left, right} = edgesAfter(count);
	return fitEdges(context.theme, left, right, columns);
};

const holdPieces = ({hold}: Overview, {state: {now}, times}: Context): readonly Piece[] => {
	if (!hold) {
		return [];
	}

	const until = hold.until === null ? '' : `, until ${times.time(hold.until)}`;
	return [['alarm', ` HOLD by ${hold.by} ${formatSpan(now - hold.since)}${until}${hold.reason === null ? '' : `: ${hold.reason}`} `]];
};

const troublePieces = ({trouble, overview}: State, times: Times): readonly Piece[] => trouble === null
	? []
	: [['alarm', ` cannot read the database${overview ? ` (this is from ${times.time(overview.now)})` : ''}: ${trouble} `]];

const leaderless: Readonly<Record<'may' | 'mayNot', string>> = {
	may: 'nothing runs until somebody leads: L, or cronsole --daemon',
	mayNot: 'nothing runs until somebody leads: cronsole --daemon',
};

const urgentPieces = (overview: Overview, {state: {now, mayLead}}: Context): readonly Piece[] => {
	const urgent = findUrgent(overview, now);
	if (!urgent) {
		return [overview.leader ? ['good', 'all is well'] : ['warning', leaderless[mayLead ? 'may' : 'mayNot']]];
	}

	// An incident's cause names what it is about.
	const name = urgent.about.kind === 'incident' ? '' : `${urgent.name} ${formatSpan(now - urgent.since)}: `;
	return [[urgent.isAlarm ? 'bad' : 'warning', `${urgent.isAlarm ? '! ' : ''}${name}`], ['plain', urgent.why]];
};

const narrow = 100;

const needYou = (count: number): string => `${count} need${count === 1 ? 's' : ''} you`;

/** The second line: trouble, a hold, what is stuck and why; at the right how much there is of it behind the key `!`. */
export const attentionLine = (overview: Overview | null, context: Context): string => {
	const {state, theme, times} = context;
	const {needs, incidents} = overview ? countAttention(overview, state.now) : {needs: 0, incidents: 0};
	const counts = state.size.columns < narrow ? [needs + incidents > 0 ? needYou(needs + incidents) : ''] : [needs > 0 ? needYou(needs) : '', incidents > 0 ? formatCount(incidents, 'incident') : ''];
	const maintenance = overview?.maintenance.map(({cluster, node}) => node === null ? cluster : `${cluster}/${node}`).join(', ') ?? '';
	const first: ReadonlyArray<readonly Piece[]> = [
		troublePieces(state, times),
		overview ? holdPieces(overview, context) : [],
		maintenance === '' ? [] : [['warning', `maintenance: ${maintenance}`]],
		overview ? urgentPieces(overview, context) : [],
	];
	const left = first.filter(pieces => pieces.length > 0).flatMap((pieces, index): readonly Piece[] => index === 0 ? pieces : [['plain', '  '], ...pieces]);
	const told = counts.filter(part => part !== '');
	const right: readonly Piece[] = told.length === 0 || state.trouble !== null ? [] : [['alarm', ` ! ${told.join(` ${theme.glyphs.separator} `)} `]];
	return fitEdges(theme, left, right, state.size.columns);
};
