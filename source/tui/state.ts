import {type App} from '../app.js';
import {type Incident} from '../domain/incident.js';
import {type Settings} from '../domain/settings.js';
import {type TaskName} from '../domain/task.js';
import {type FormName, type FormValues} from './forms/form.js';
import {type KeyName} from './keys.js';
import {
	viewNames,
	type Listing,
	type ListRow,
	type ViewName,
} from './listing.js';
import {type Overlay, type Question} from './overlay.js';
import {type Piece} from './text.js';

/** What the first view is made of. */
export type Overview = Awaited<ReturnType<App['overview']>>;
export type VmInWork = Overview['vmsInWork'][number];
export type Install = Overview['installs'][number];
export type Lock = Overview['leases'][number];

export const panels = ['tasks', 'vms', 'installs', 'activity'] as const;
export type PanelName = typeof panels[number];

/** A list with a cursor, a filter and an order of its own: a panel of the first view, or a view. */
export type ListName = PanelName | `${ViewName}-view`;

/** What a detail page is about. */
export type Target =
	| {readonly kind: 'task'; readonly name: TaskName}
	| {readonly kind: 'vm'; readonly id: number}
	| {readonly kind: 'install'; readonly id: number}
	| {readonly kind: 'incident'; readonly id: number}
	| {readonly kind: 'activity'; readonly id: number}
	| {readonly kind: 'backup'; readonly id: number; readonly vmId: number}
	| {readonly kind: 'snapshot'; readonly id: number; readonly vmId: number}
	| {readonly kind: 'traffic'; readonly vmId: number};

/** What covers the first view; the last one is on top. */
export type Page =
	| {readonly kind: 'needs'; readonly selected: string | null}
	| {readonly kind: 'help'; readonly top: number}
	/** `lines` null: they are being read. */
	| {readonly kind: 'detail'; readonly target: Target; readonly title: string; readonly lines: ReadonlyArray<readonly Piece[]> | null; readonly top: number}
	/** What a command said; `left`: how many letters of each line are out of sight at the left. */
	| {readonly kind: 'output'; readonly title: string; readonly lines: ReadonlyArray<readonly Piece[]>; readonly top: number; readonly left: number};

/** What is asked of the store or the terminal; done outside the reducer, answered by an `answered` action. */
export type Effect =
	| {readonly kind: 'run'; readonly task: TaskName}
	/** `fence`: whose lock it is, by its number. */
	| {readonly kind: 'clear-lock'; readonly lock: string; readonly fence: number; readonly isForced: boolean}
	| {readonly kind: 'clear-stale'}
	| {readonly kind: 'pause' | 'resume'; readonly task: TaskName}
	| {readonly kind: 'interval'; readonly task: TaskName; readonly seconds: number | null}
	/** `version`: only as the screen showed it; a running one moves on by itself, and is meant as it is by then. */
	| {readonly kind: 'drop' | 'undrop' | 'retry-install'; readonly id: number; readonly version?: number}
	| {readonly kind: 'retry-vm'; readonly id: number}
	| {readonly kind: 'acknowledge'; readonly incident: Incident}
	| {readonly kind: 'hold'; readonly reason: string | null; readonly forMs: number | null}
	/** `since`: which hold. */
	| {readonly kind: 'end-hold'; readonly since: number}
	| {readonly kind: 'read-detail'; readonly target: Target}
	/** The words of a command, as they stand after `cronsole`. */
	| {readonly kind: 'command'; readonly line: string}
	/** The answer to what a command asked; null: it was cancelled. */
	| {readonly kind: 'reply'; readonly text: string | null}
	| {readonly kind: 'submit'; readonly form: FormName; readonly values: FormValues; readonly about: string | null}
	/** What the store knows of what a form is about; answered by `filled`. */
	| {readonly kind: 'read-form'; readonly form: FormName; readonly about: string}
	| {readonly kind: 'copy'; readonly text: string}
	| {readonly kind: 'lead'}
	| {readonly kind: 'watch'}
	| {readonly kind: 'redraw'}
	| {readonly kind: 'quit'};

/** A listing with what is shown of it; `ids`: those of the rows, since each key looks for one among ten thousand. */
export type ShownListing = {readonly listing: Listing; readonly filter: string; readonly sort: number; readonly rows: readonly ListRow[]; readonly ids: readonly string[]};

export type Notice = {readonly level: 'good' | 'bad' | 'plain'; readonly text: string; readonly until: number};

export type Size = {readonly columns: number; readonly rows: number};

export type State = {
	readonly overview: Overview | null;
	readonly newsCount: number;
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
	/** Null: the first view. */
	readonly view: ViewName | null;
	/** What was read for each view, filtered and sorted; null: nothing yet. */
	readonly listings: Readonly<Record<ViewName, ShownListing | null>>;
	/** The details beside a view's list, where the screen is wide enough; `lines` null: they are being read. */
	readonly pane: {readonly target: Target; readonly title: string; readonly lines: ReadonlyArray<readonly Piece[]> | null} | null;
	/** The panel of the first view that has the cursor. */
	readonly panel: PanelName;
	/** The selected row's id; null: the first one (of the activity: the newest, followed). */
	readonly selected: Readonly<Record<ListName, string | null>>;
	readonly filters: Readonly<Record<ListName, string>>;
	readonly sorts: Readonly<Record<ListName, number>>;
	/** What was run from the palette, oldest first. */
	readonly commandLines: readonly string[];
	readonly pages: readonly Page[];
	/** Enter was pressed in a view before its rows were there. */
	readonly isOpening: boolean;
	readonly overlay: Overlay | null;
	readonly notice: Notice | null;
	/** Another row came under the cursor by itself, and no key was pressed since; `paintedAt`: when it was surely on the screen, monotonic. */
	readonly shifted: {readonly paintedAt: number | null} | null;
	/** The install that was dropped last here, for `u`. */
	readonly dropped: {readonly id: number; readonly version?: number; readonly domain: string} | null;
	/** Not taken up yet, oldest first; `number` rises. */
	readonly effects: ReadonlyArray<{readonly number: number; readonly effect: Effect}>;
	readonly effectCount: number;
};

export type Action =
	| {readonly kind: 'key'; readonly key: KeyName; /** Monotonic ms. */ readonly at: number}
	| {readonly kind: 'paste'; readonly text: string; readonly at: number}
	/** `isNews` false: nothing was committed since the one before, it was only looked at again. */
	| {readonly kind: 'overview'; readonly overview: Overview; readonly now: number; readonly isLeading: boolean; readonly isNews?: boolean}
	| {readonly kind: 'trouble'; readonly message: string; readonly now: number; readonly isLeading: boolean}
	| {readonly kind: 'tick'; readonly now: number; readonly isLeading: boolean}
	| {readonly kind: 'resize'; readonly size: Size}
	| {readonly kind: 'painted'; readonly at: number}
	| {readonly kind: 'ask'; readonly question: Question}
	| {readonly kind: 'taken'; readonly number: number}
	| {readonly kind: 'answered'; readonly level: Notice['level']; readonly text: string; readonly dropped?: State['dropped']}
	| {readonly kind: 'detail'; readonly target: Target; readonly title: string; readonly lines: ReadonlyArray<readonly Piece[]>}
	| {readonly kind: 'listing'; readonly view: ViewName; readonly listing: Listing}
	/** A command's words, and how it went. */
	| {readonly kind: 'output'; readonly title: string; readonly text: string; readonly level: Notice['level']}
	/** What is wrong with a form that was sent; `sent`: the very values of its effect, null where it could not even be read. */
	| {readonly kind: 'problems'; readonly form: FormName; readonly sent: FormValues | null; readonly problems: Readonly<Record<string, string>>}
	/** A form was taken. */
	| {readonly kind: 'submitted'; readonly form: FormName; readonly sent: FormValues; readonly level: Notice['level']; readonly text: string}
	/** What stands in a form at first. */
	| {readonly kind: 'filled'; readonly form: FormName; readonly about: string; readonly values: FormValues};

const listNames: readonly ListName[] = [...panels, ...viewNames.map(name => `${name}-view` as const)];

const ofEach = <T>(value: T): Readonly<Record<ListName, T>> => Object.fromEntries(listNames.map(name => [name, value] as const)) as Record<ListName, T>;

export const createState = (start: Pick<State, 'settings' | 'isReadOnly' | 'mayLead' | 'now' | 'size'>): State => ({
	...start,
	overview: null,
	newsCount: 0,
	trouble: null,
	isLeading: false,
	view: null,
	listings: {
		vms: null, installs: null, backups: null, traffic: null, activity: null,
	},
	pane: null,
	panel: 'tasks',
	selected: ofEach<string | null>(null),
	filters: ofEach(''),
	sorts: ofEach(0),
	commandLines: [],
	pages: [],
	isOpening: false,
	overlay: null,
	notice: null,
	shifted: null,
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

export const isSameTarget = (a: Target, b: Target): boolean => JSON.stringify(a) === JSON.stringify(b);

/** The list that the keys move in while no page lies over it. */
export const listOf = ({view, panel}: Pick<State, 'view' | 'panel'>): ListName => view === null ? panel : `${view}-view`;

export const topPage = (state: State): Page | undefined => state.pages.at(-1);
