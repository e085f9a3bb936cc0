const named: Readonly<Record<string, string>> = {
	amp: '&', lt: '<', gt: '>', quot: '"', apos: '\'', nbsp: ' ',
};

const characterOf = (code: number, otherwise: string): string => code > 0 && code <= 0x10_FF_FF ? String.fromCodePoint(code) : otherwise;

/** Text of a page with what HTML writes as `&amp;` or `&#8217;` read. */
export const decodeEntities = (html: string): string => html.replaceAll(/&(?:#x([\da-f]{1,6})|#(\d{1,7})|([a-z]{2,6}));/gi, (whole: string, hex?: string, decimal?: string, name?: string) => name === undefined ? characterOf(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16), whole) : named[name.toLowerCase()] ?? whole);

/** A title without what web software makes nicer: quotes, dashes, spaces, capitals. Two titles are the same if they are so. */
export const plainTitle = (html: string): string => {
	const text = decodeEntities(html).normalize('NFKC').toLowerCase();
	const letters = text.replaceAll('×', 'x').replaceAll(/[^\p{Letter}\p{Mark}\p{Number}]/gu, '');
	return letters === '' ? text.replaceAll(/\s/g, '') : letters;
};
