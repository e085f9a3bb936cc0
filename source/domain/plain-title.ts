const named: Readonly<Record<string, string>> = {
	amp: '&', lt: '<', gt: '>', quot: '"', apos: '\'', nbsp: ' ', hellip: '…', ndash: '–', mdash: '—', lsquo: '‘', rsquo: '’', ldquo: '“', rdquo: '”', laquo: '«', raquo: '»', times: '×', middot: '·',
};

const entities = /&(?:#x([\da-f]{1,6})|#(\d{1,7})|([a-z]{2,6}));/gi;

const characterOf = (code: number, otherwise: string): string => code > 0 && code <= 0x10_FF_FF ? String.fromCodePoint(code) : otherwise;

/** Text of a page with what HTML writes as `&amp;` or `&#8217;` read. */
export const decodeEntities = (html: string): string => html.replaceAll(entities, (whole: string, hex?: string, decimal?: string, name?: string) => name === undefined ? characterOf(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16), whole) : named[name.toLowerCase()] ?? whole);

const plain = (html: string): string => decodeEntities(html).normalize('NFKC').toLowerCase().replaceAll('×', 'x').replaceAll(/\s/g, '');
const lettersOf = (text: string): string => text.replaceAll(/[^\p{Letter}\p{Mark}\p{Number}]/gu, '');

/** Whether a page's title holds that one. Web software makes quotes, dashes, spaces and capitals nicer: letters and digits count, where there are any. */
export const hasTitle = (shown: string, title: string): boolean => {
	const [all, wanted] = [plain(shown), plain(title)];
	const letters = lettersOf(wanted);
	return letters === '' ? all.includes(wanted) : lettersOf(all).includes(letters);
};

/** Whether two titles are one, so written. */
export const isSameTitle = (one: string, other: string): boolean => hasTitle(one, other) && hasTitle(other, one);
