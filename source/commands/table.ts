import stringWidth from 'string-width';

/** Rows under their headings, each column as wide as its widest cell; the last is never padded. Cells are safe text. */
export const formatTable = (headings: readonly string[], rows: ReadonlyArray<readonly string[]>): readonly string[] => {
	const lines = [headings, ...rows];
	const widths = headings.map((_, column) => Math.max(...lines.map(line => stringWidth(line[column] ?? ''))));
	return lines.map(line => line.map((cell, column) => column === line.length - 1 ? cell : `${cell}${' '.repeat(widths[column]! - stringWidth(cell))}`).join('  ').trimEnd());
};
