import {type Output} from '../io/io.js';

/** Characters that take one column each: most of what there is, known without a library. */
const oneColumn = /^[\u{20}-\u{7E}·\u{C0}-\u{17F}–—…→]*$/u;

/** Rows under their headings, each column as wide as its widest cell; the last is never padded. Cells are safe text. */
export const formatTable = async (headings: readonly string[], rows: ReadonlyArray<readonly string[]>): Promise<readonly string[]> => {
	const lines = [headings, ...rows];
	let widthOf = (cell: string): number => cell.length;
	if (lines.some(line => line.some(cell => !oneColumn.test(cell)))) {
		// Its tables take longer to load than a whole command to run.
		({default: widthOf} = await import('string-width'));
	}

	const widths = headings.map((_, column) => Math.max(...lines.map(line => widthOf(line[column] ?? ''))));
	return lines.map(line => line.map((cell, column) => column === line.length - 1 ? cell : `${cell}${' '.repeat(widths[column]! - widthOf(cell))}`).join('  ').trimEnd());
};

/** Prints rows under their headings. */
export const printTable = async (output: Output, headings: readonly string[], rows: ReadonlyArray<readonly string[]>): Promise<void> => {
	for (const line of await formatTable(headings, rows)) {
		output.out(line);
	}
};
