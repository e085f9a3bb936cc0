import {type App} from '../app.js';
import {type Activity} from '../domain/activity.js';
import {
	type BackupLine,
	type InstallLine,
	type SnapshotLine,
	type TrafficLine,
	type VmLine,
} from '../domain/listing.js';
import {type OperationState} from '../domain/operation.js';
import {type Settings} from '../domain/settings.js';
import {type ColumnSpec} from './components/columns.js';
import {type TableRow} from './components/ink-table.js';
import {type Times} from './format.js';
import {type KeyName} from './keys.js';
import {type Style, type Theme} from './theme.js';

/** The views behind the keys 2 to 6. */
export const viewNames = ['vms', 'installs', 'backups', 'traffic', 'activity'] as const;
export type ViewName = typeof viewNames[number];

/** What a row of a view is about; `kind` decides which keys do something on it. */
export type RowAbout =
	| {readonly kind: 'vm'; readonly line: VmLine}
	/** `startsAt`: when it starts, or goes on, by itself; null: it does not. */
	| {readonly kind: 'install'; readonly line: InstallLine; readonly startsAt?: number | null}
	/** `restore`: its VM is being brought back to it, or will be. */
	| {readonly kind: 'backup'; readonly line: BackupLine; readonly restore?: Extract<OperationState, 'waiting' | 'running'>}
	| {readonly kind: 'snapshot'; readonly line: SnapshotLine}
	| {readonly kind: 'traffic'; readonly line: TrafficLine}
	| {readonly kind: 'activity'; readonly line: Activity};

/** A row of a view, ready to be filtered and sorted without knowing what it is. */
export type ListRow = {
	/** Stable as long as the row is about the same thing: `v101`, `i7`, `b12`, `s5`, `a900`. */
	readonly id: string;
	/** In small letters, what the filter looks into. */
	readonly words: string;
	/** One key for each of the view's sorts, in their order; ascending, equal ones keep the order in which they were read. */
	readonly keys: ReadonlyArray<number | string>;
	readonly about: RowAbout;
};

/** What was read for a view. */
export type Listing = {
	readonly rows: readonly ListRow[];
	/** All there are, where not all were read. */
	readonly total: number;
	/** For the title: `12 in work, 2 need you`. */
	readonly summary: string;
	/** Wall ms of the reading. */
	readonly readAt: number;
};

export type ListingQuestion = {readonly filter: string; readonly now: number; readonly settings: Settings};

/** How the cells of a row in sight are made. Text from elsewhere may stand in them: the table makes it safe. */
export type CellContext = {readonly theme: Theme; readonly times: Times; readonly now: number};

/** One of the views: a list of everything of its kind. */
export type View = {
	readonly name: ViewName;
	readonly key: KeyName;
	readonly title: string;
	/** The orders that `s` goes through; the first stands at the start. */
	readonly sorts: readonly string[];
	/** Whether the store does the filtering, since not all rows are read. */
	readonly isSearched: boolean;
	/** Whether the newest row stands at the end, and is followed. */
	readonly isFollowed: boolean;
	/** Tables of whose rows it is made: it is read again where one of them was changed. */
	readonly madeOf: readonly string[];
	/** Read again after so long in any case: what changes with the time, or what nobody thought of. */
	readonly freshMs: number;
	readonly read: (app: App, question: ListingQuestion) => Promise<Listing>;
	readonly specs: readonly ColumnSpec[];
	/** `id` and `flag` (`!`: it needs a person) beside the columns. */
	readonly cellsOf: (row: ListRow, context: CellContext) => TableRow;
	readonly styleOf: (row: TableRow, column: string) => Style;
	/** From how many columns on the details stand beside the list; below them every column is the list's. */
	readonly paneFrom: number;
	/** Said where there is nothing at all, with what makes something: `no VM yet: n orders one`. */
	readonly empty: string;
};
