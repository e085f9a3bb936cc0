import {type Random} from '../../../source/simulation/random.js';

const forged = '│ 18:40:03 error  scheduler  FORGED │';

/** Names and texts that steer, recolour, reorder, hide or overflow what is shown, or are only unusual. */
export const hostileTexts: readonly string[] = [
	'\u{1B}[35mpink\u{1B}[8mhidden\u{1B}[44;4;9mall.example',
	'\u{1B}]8;;https://evil.example\u{7}link\u{1B}]8;;\u{7}.example',
	'\u{1B}]8;;https://evil.example\u{1B}\\open.example',
	'\u{1B}]52;c;ZXZpbA==\u{7}clip\u{1B}]0;title\u{7}.example',
	'\u{1B}[2J\u{1B}[H\u{1B}[10;10H\u{1B}[?1049l\u{1B}ctop',
	'\u{9B}7mnine\u{9D}0;x\u{9C}\u{90}q\u{9C}dcs\u{1B}P1;1qdcs\u{1B}\\.example',
	`a\r\n${forged}`,
	`a\n\n\n${forged}\r${forged}\u{85}b\u{2028}c\u{2029}d\u{B}e\u{C}f`,
	'tab\ttab\t\t\tbed\u{8}\u{8}\u{7F}\u{7}\u{0}',
	'\u{202E}moc.elgoog\u{202C}\u{2066}x\u{2069}\u{200F}\u{61C}.example',
	'שלום.example مرحبا بالعالم',
	`zal${'\u{301}\u{489}'.repeat(200)}go`,
	'\u{301}\u{301}mark first',
	'👩‍👩‍👧‍👦👩‍🚀🏳️‍🌈'.repeat(20),
	'日本語の名前のとても長いホスト名.example',
	'全ａｗｉｄｅ'.repeat(60),
	'\u{200B}\u{FEFF}\u{AD}\u{3164}\u{FFA0}nothing\u{E0041}\u{E0042}',
	'\u{D800}half\u{DC00}',
	'x'.repeat(10_000),
	'word '.repeat(2000),
	'日'.repeat(10_000),
	'\u{1B}'.repeat(3000),
	'\u{1B}[',
	'\u{1B}]8;;never ended',
	' '.repeat(5000),
	'\n'.repeat(500),
	'',
	' ',
	'$(reboot); \'"`\\ && rm -rf / #',
	'constructor',
	'web1.example.net',
	'mail-23.example.org',
];

export const pick = <T>(random: Random, from: readonly T[]): T => from[random.integer(0, from.length - 1)]!;

/** One of them, now and then two in one. */
export const hostileText = (random: Random): string => random.next() < 0.2 ? pick(random, hostileTexts) + pick(random, hostileTexts) : pick(random, hostileTexts);
