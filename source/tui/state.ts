import {type App} from '../app.js';
import {type Incident} from '../domain/incident.js';
import {type Settings} from '../domain/settings.js';
import {type TaskName} from '../domain/task.js';
import {type KeyName} from './keys.js';
import {type Piece} from './text.js';

/** What the first view is made of. */
export type Overview = Awaited<ReturnType<App['overview']>>;
export type VmInWork = Overview['vmsInWork'][number];
export type Install = Overview['installs'][number];
export type Lock = Overview['leases'][number];

export const panels = ['tasks', 'vms', 'installs', 'activity'] as const;
export type PanelName = typeof panels[number];

/** What a detail page is about. */
export type Target =
	| {readonly kind: 'task'; readonly name: TaskName}
	| {readonly kind: 'vm'; readonly id: number}
	| {readonly kind: 'install'; readonly id: number}
	| {readonly kind: 'incident'; readonly id: number}
	| {readonly kind: 'activity'; readonly id: number};

/** What covers the first view; the last one is on top. */
export type Page =
	| {readonly kind: 'needs'; readonly selected: string | null}
	| {readonly kind: 'help'; readonly top: number}
	/** `lines` null: they are being read. */
	| {readonly kind: 'detail'; readonly target: Target; readonly title: string; readonly lines: ReadonlyArray<readonly Piece[]> | null; readonly top: number};

/** What is asked of the store or the terminal; done outside the reducer, answered by an `answered` action. */
export type Effect =
	| {readonly kind: 'run'; readonly task: TaskName}
	| {readonly kind: 'clear-lock'; readonly lock: string; readonly isForced: boolean}
	| {readonly kind: 'clear-stale'}
	| {readonly kind: 'pause' | 'resume'; readonly task: TaskName}
	| {readonly kind: 'interval'; readonly task: TaskName; readonly seconds: number | null}
	/** `version`: only as the screen showed it; a running one moves on by itself, and is meant as it is by then. */
	| {readonly kind: 'drop' | 'undrop' | 'retry-install'; readonly id: number; readonly version?: number}
	| {readonly kind: 'retry-vm'; readonly id: number}
	| {readonly kind: 'acknowledge'; readonly incident: Incident}
	| {readonly kind: 'hold'; readonly reason: string | null; readonly forMs: number | null}
	| {readonly kind: 'end-hold'}
	| {readonly kind: 'read-detail'; readonly target: Target}
	| {readonly kind: 'copy'; readonly text: string}
	| {readonly kind: 'lead'}
	| {readonly kind: 'watch'}
	| {readonly kind: 'redraw'}
	| {readonly kind: 'quit'};

/** A question before something that cannot be taken back lightly. Its focus starts on Cancel. */
export type Question = {
	readonly title: string;
	/** What it does to what, a line each. */
	readonly lines: readonly string[];
	/** The other button. */
	readonly yes: string;
	/** What must be typed first; null: nothing. */
	readonly typed: readonly string[] | null;
	readonly effect: Effect;
	/** What Cancel does, where that is more than nothing. */
	readonly otherwise?: Effect;
};

/** What takes the keys while it is there. */
export type Overlay =
	| {readonly kind: 'filter'; readonly text: string}
	| {readonly kind: 'palette'; readonly text: string; readonly index: number}
	| {readonly kind: 'interval'; readonly task: TaskName; readonly text: string}
	| {readonly kind: 'hold'; readonly text: string}
	/** `paintedAt`: when it was surely on the screen, monotonic; null until then. */
	| {readonly kind: 'question'; readonly question: Question; readonly focus: 'cancel' | 'yes'; readonly text: string; readonly paintedAt: number | null};

export type Notice = {readonly level: 'good' | 'bad' | 'plain'; readonly text: string; readonly until: number};

export type Size = {readonly columns: number; readonly rows: number};

export type State = {
	readonly overview: Overview | null;
	/** Why the last look at the database failed; null: it did not. */
	readonly trouble: string | null;
	readonly settings: Settings;
	readonly isReadOnly: boolean;
	/** Whether this console may lead when a person asks it to. */
	readonly mayLead: boolean;
	/** Whether the scheduler of this console leads. */
	readonly isLeading: boolean;
	/** Wall ms of the last tick. */
	readonly now: number;
	readonly size: Size;
	readonly panel: PanelName;
	/** The selected row's id; null: the first one (of the activity: the newest, followed). */
	readonly selected: Readonly<Record<PanelName, string | null>>;
	readonly filters: Readonly<Record<PanelName, string>>;
	readonly sorts: Readonly<Record<PanelName, number>>;
	readonly pages: readonly Page[];
	readonly overlay: Overlay | null;
	readonly notice: Notice | null;
	/** The install that was dropped last here, for `u`. */
	readonly dropped: {readonly id: number; readonly version?: number; readonly domain: string} | null;
	/** Not taken up yet, oldest first; `number` rises. */
	readonly effects: ReadonlyArray<{readonly number: number; readonly effect: Effect}>;
	readonly effectCount: number;
};

export type Action =
	| {readonly kind: 'key'; readonly key: KeyName; /** Monotonic ms. */ readonly at: number}
	| {readonly kind: 'paste'; readonly text: string; readonly at: number}
	| {readonly kind: 'overview'; readonly overview: Overview; readonly now: number; readonly isLeading: boolean}
	| {readonly kind: 'trouble'; readonly message: string; readonly now: number; readonly isLeading: boolean}
	| {readonly kind: 'tick'; readonly now: number; readonly isLeading: boolean}
	| {readonly kind: 'resize'; readonly size: Size}
	| {readonly kind: 'painted'; readonly at: number}
	| {readonly kind: 'ask'; readonly question: Question}
	| {readonly kind: 'taken'; readonly number: number}
	| {readonly kind: 'answered'; readonly level: Notice['level']; readonly text: string; readonly dropped?: State['dropped']}
	| {readonly kind: 'detail'; readonly target: Target; readonly title: string; readonly lines: ReadonlyArray<readonly Piece[]>};

export const createState = (start: Pick<State, 'settings' | 'isReadOnly' | 'mayLead' | 'now' | 'size'>): State => ({
	...start,
	overview: null,
	trouble: null,
	isLeading: false,
	panel: 'tasks',
	selected: {
		tasks: null, vms: null, installs: null, activity: null,
	},
	filters: {
		tasks: '', vms: '', installs: '', activity: '',
	},
	sorts: {
		tasks: 0, vms: 0, installs: 0, activity: 0,
	},
	pages: [],
	overlay: null,
	notice: null,
	dropped: null,
	effects: [],
	effectCount: 0,
});

// What went wrong is read more slowly than what went well.
const noticeMs: Readonly<Record<Notice['level'], number>> = {plain: 6000, good: 6000, bad: 20_000};

/** Asks for something outside the reducer. */
export const wish = (state: State, effect: Effect): State => ({
	...state,
	effects: [...state.effects, {number: state.effectCount + 1, effect}],
	effectCount: state.effectCount + 1,
});

export const say = (state: State, level: Notice['level'], text: string): State => ({...state, notice: {level, text, until: state.now + noticeMs[level]}});

export const ask = (state: State, question: Question): State => ({
	...state,
	overlay: {
		kind: 'question', question, focus: 'cancel', text: '', paintedAt: null,
	},
});

export const topPage = (state: State): Page | undefined => state.pages.at(-1);
