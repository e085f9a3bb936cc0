import {widthOf} from '../text.js';
import {type TableColumn, type TableRow} from './ink-table.js';

/** How a column may be cut to fit. Widths in terminal columns. */
export type ColumnSpec = {
	readonly key: string;
	readonly title: string;
	readonly least: number;
	readonly most: number;
	/** Takes what is left over. */
	readonly isWide?: boolean;
	/** Stands only where the table has that many columns. */
	readonly from?: number;
	/** Stands only where the table has fewer columns than that. */
	readonly below?: number;
	readonly align?: 'right';
};

export const gap = 2;
const widthStep = 4;
const steppedFrom = 20;

const total = (widths: readonly number[]): number => widths.reduce((sum, width) => sum + width, 0) + (gap * Math.max(0, widths.length - 1));

/** Shares `space` out among the columns: each about as wide as its widest cell, within its limits, and all together within the screen. */
export const fitColumns = (specs: readonly ColumnSpec[], rows: readonly TableRow[], space: number): readonly TableColumn[] => {
	const columns = specs.filter(({from, below}) => (from ?? 0) <= space && space < (below ?? Infinity));
	const widths = columns.map(({key, title, least, most}) => {
		const cells = rows.map(row => widthOf(row[key] ?? ''));
		const needed = Math.max(widthOf(title), ...cells);
		// In steps: a cell that grows by a letter does not push all the others about each second.
		const widest = most < steppedFrom ? needed : Math.ceil(needed / widthStep) * widthStep;
		return Math.max(least, Math.min(most, widest));
	});

	// Column by column the one that stands widest above its least gives way; where all are at their least, the widest.
	let excess = total(widths) - space;
	for (; excess > 0 && Math.max(...widths) > 1; excess--) {
		const slack = columns.map(({least}, index) => widths[index]! - least);
		const most = Math.max(...slack);
		const index = most > 0 ? slack.indexOf(most) : widths.indexOf(Math.max(...widths));
		widths[index] = widths[index]! - 1;
	}

	const wide = columns.findIndex(({isWide}) => isWide);
	if (wide !== -1 && excess < 0) {
		widths[wide] = widths[wide]! - excess;
	}

	return columns.map(({key}, index) => ({key, column: key, width: Math.max(1, widths[index]!)}));
};
