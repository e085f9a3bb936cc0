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
	readonly align?: 'right';
};

export const gap = 2;

const total = (widths: readonly number[]): number => widths.reduce((sum, width) => sum + width, 0) + (gap * Math.max(0, widths.length - 1));

/** Shares `space` out among the columns: each as wide as its widest cell, within its limits, and all together within the screen. */
export const fitColumns = (specs: readonly ColumnSpec[], rows: readonly TableRow[], space: number): readonly TableColumn[] => {
	const columns = specs.filter(({from}) => (from ?? 0) <= space);
	const widths = columns.map(({key, title, least, most}) => {
		const cells = rows.map(row => widthOf(row[key] ?? ''));
		const widest = Math.max(widthOf(title), ...cells);
		return Math.max(least, Math.min(most, widest));
	});

	let excess = total(widths) - space;
	while (excess > 0) {
		// One column at a time gives way: the one that stands widest above its least.
		const slack = columns.map(({least}, index) => widths[index]! - least);
		const widest = slack.indexOf(Math.max(...slack));
		const by = Math.min(excess, slack[widest]!);
		if (by <= 0) {
			break;
		}

		widths[widest] = widths[widest]! - by;
		excess -= by;
	}

	const wide = columns.findIndex(({isWide}) => isWide);
	if (wide !== -1 && excess < 0) {
		widths[wide] = widths[wide]! - excess;
	}

	return columns.map(({key}, index) => ({key, column: key, width: Math.max(1, widths[index]!)}));
};
