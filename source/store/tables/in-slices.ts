import {setImmediate as turn} from 'node:timers/promises';

/** How much of a list is read, or made, in one go. */
const sliceLength = 1000;

/** Reads page after page, each from the last row of the one before, with a turn for everybody else between them. */
export const readInSlices = async <Row>(limit: number, page: (last: Row | undefined, limit: number, count: number) => Promise<readonly Row[]>): Promise<readonly Row[]> => {
	const rows: Row[] = [];
	while (rows.length < limit) {
		const wanted = Math.min(sliceLength, limit - rows.length);
		const found = await page(rows.at(-1), wanted, rows.length);
		rows.push(...found);
		if (found.length < wanted) {
			break;
		}

		await turn();
	}

	return rows;
};
