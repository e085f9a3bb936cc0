import {createRequire} from 'node:module';
import * as ink from 'ink';
import {type Component, type ReactElement} from 'react';

/** A row as ink-table takes it: flat. */
export type TableRow = Readonly<Record<string, string>>;

export type TableColumn = {readonly key: string; readonly column: string; readonly width: number};

/** What ink-table asks each of its line builders for. */
export type TableLine = {readonly key: string; readonly data: TableRow; readonly columns: readonly TableColumn[]};

type TableProps = {readonly data: readonly TableRow[]; readonly columns?: readonly string[]};

/** The parts of ink-table that a subclass builds upon. Its own types need a global JSX namespace, which React 19 has no more. */
type TableClass = new <Props extends TableProps>(props: Props) => Component<Props> & {
	getColumns(): readonly TableColumn[];
	getHeadings(): TableRow;
	header: (line: TableLine) => ReactElement | null;
	heading: (line: TableLine) => ReactElement | null;
	separator: (line: TableLine) => ReactElement | null;
	data: (line: TableLine) => ReactElement | null;
	footer: (line: TableLine) => ReactElement | null;
};

/**
 ink-table is CommonJS and requires Ink, an ES module with top-level await, which Node refuses. So Ink, imported here
 already, is put where that `require` looks. In a bundle there is no such `require`, and nothing to be done.
 */
const offerInk = (): void => {
	try {
		const here = createRequire(import.meta.url);
		const theirs = createRequire(here.resolve('ink-table'));
		const path = theirs.resolve('ink');
		here.cache[path] ??= Object.assign(Object.create(null), {
			id: path, filename: path, path, exports: ink, loaded: true, children: [], paths: [],
		}) as NodeJS.Module;
	} catch {
		// Nothing is installed beside the bundle: it carries both.
	}
};

const loadTable = async (): Promise<TableClass> => {
	offerInk();
	const {default: exported} = await import('ink-table') as unknown as {readonly default: TableClass | {readonly default: TableClass}};
	// Node and bundlers differ in where they put the default export of CommonJS.
	return 'default' in exported ? exported.default : exported;
};

/** ink-table's table, to be subclassed. */
export const InkTable: TableClass = await loadTable();
