type Cell = string | number | boolean | null;

/** A spreadsheet takes text that begins so for a formula, and would run it. */
const formula = /^[\t\r+\-=@]/;

const cellText = (cell: Cell): string => {
	if (typeof cell !== 'string') {
		return String(cell ?? '');
	}

	const plain = formula.test(cell) ? `'${cell}` : cell;
	return /[\n\r",]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
};

/** A line as RFC 4180 has it, without its end; numbers stay numbers, null is empty. */
export const csvLine = (cells: readonly Cell[]): string => cells.map(cell => cellText(cell)).join(',');
