import {type Size} from './state.js';

export const smallest: Size = {columns: 60, rows: 16};

export const isTooSmall = ({columns, rows}: Size): boolean => columns < smallest.columns || rows < smallest.rows;

/** How many rows each part of the first view gets. 0: it is not there. */
export type Layout = {
	readonly tasks: number;
	/** Rows of VMs in work and installs, which stand side by side. */
	readonly middle: number;
	readonly activity: number;
	/** Columns of the VMs, the border at the left included. */
	readonly vmColumns: number;
	readonly installColumns: number;
};

// Header, attention line, rule and headings of the tasks, rule and headings of the middle, footer, notice.
const chrome = 8;
const activityRule = 1;
const leastMiddle = 3;

/**
 Shares the screen out. The tasks always stand; then come the VMs and installs with at least three rows (those that need a
 person are the first of them); activity gives way first.
 */
export const layoutOf = ({columns, rows}: Size, counts: {readonly tasks: number; readonly vms: number; readonly installs: number}): Layout => {
	const tasks = Math.min(Math.max(1, counts.tasks), rows - chrome - 1);
	const free = rows - chrome - tasks;
	const wanted = Math.max(leastMiddle, counts.vms, counts.installs);
	const forBoth = free - activityRule;
	const middle = forBoth - 1 < leastMiddle ? free : Math.min(wanted, Math.max(leastMiddle, Math.floor(forBoth * 0.6)));
	const activity = middle === free ? 0 : forBoth - middle;
	const installColumns = Math.min(90, Math.max(30, Math.floor(columns * (columns < 100 ? 0.46 : 0.4))));

	return {
		tasks, middle, activity, installColumns, vmColumns: columns - installColumns,
	};
};

// Header, attention line, rule and headings of the list, footer, notice.
const listChrome = 6;

/** The rows of a view's list. */
export const listHeight = ({rows}: Size): number => Math.max(1, rows - listChrome);

/** The columns of the details beside a list that wants them from so many columns on; 0: there is no room for them. */
export const paneColumns = ({columns}: Size, from: number): number => columns < from ? 0 : Math.min(110, Math.floor(columns * 0.45));

/** The rows between the two rules of a page. */
export const pageRows = ({rows}: Size): number => Math.max(1, rows - 5);
