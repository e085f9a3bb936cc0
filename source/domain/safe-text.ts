declare const brand: unique symbol;

/** Text from elsewhere that can be shown in one line of a terminal, a log or a mail: no control, bidirectional or invisible characters. */
export type SafeText = string & {readonly [brand]: true};

/** What most text is made of, safe as it is: it is known without asking Unicode's tables, which take long to wake. */
const plain = /^[\u{21}-\u{7E}·\u{C0}-\u{17F}–—…↑→↓]+(?: +[\u{21}-\u{7E}·\u{C0}-\u{17F}–—…↑→↓]+)*$/u;
/* eslint-disable no-control-regex, regexp/no-control-character, regexp/no-obscure-range, unicorn/prefer-unicode-code-point-escapes -- A grammar of control characters names them. */
// Our own, as Node's takes quadratic time over strings that never end. What does not end loses only its beginning.
const csi = /(?:\u001B\[|\u009B)[0-?]*[ -/]*[@-~]/g;
const strings = /(?:\u001B[PX\]^_]|[\u0090\u0098\u009D-\u009F])[^\u0007\n\r\u001B\u0080-\u009F]*(?:\u0007|\u001B\\|\u009C)/g;
const escapes = /\u001B[ -/]*[0-~]/g;
/* eslint-enable no-control-regex, regexp/no-control-character, regexp/no-obscure-range, unicorn/prefer-unicode-code-point-escapes */
const lineEnds = /[\n\v\f\r\u{85}\u{2028}\u{2029}]/u;
const invisible = /[\p{Default_Ignorable_Code_Point}\p{Control}\p{Format}]/gu;
const stackedMarks = /(\p{Mark}{4})\p{Mark}+/gu;
// A mark without a base would join whatever the screen shows before it.
const leading = /^[\s\p{Mark}]+/u;

const cleanLine = (line: string): string => line
	.replaceAll('\t', ' ')
	.replaceAll(invisible, '')
	.replace(leading, '')
	.replaceAll(stackedMarks, '$1')
	.trimEnd();

/** Makes foreign text safe to show: one line, at most `max` characters, nothing that moves, recolours, reorders or hides. */
export const safeText = (text: string, max = 500): SafeText => {
	if (text.length <= max && plain.test(text)) {
		return text as SafeText;
	}

	// Cut first: how much there is to look at must be in nobody's hands but ours.
	const clean = text.slice(0, (16 * max) + 256).toWellFormed()
		.replaceAll(strings, '')
		.replaceAll(csi, '')
		.replaceAll(escapes, '')
		.split(lineEnds)
		.map(line => cleanLine(line))
		.filter(line => line !== '')
		.join(' ⏎ ');

	const characters = [...clean];
	return (characters.length <= max ? clean : `${characters.slice(0, max - 1).join('').trimEnd()}…`) as SafeText;
};

const printable = /^[\u{20}-\u{7E}·\u{C0}-\u{17F}–—…↑→↓]*$/u;
const indentation = /^ */;
// Nobody reads a longer line.
const longestLine = 100_000;

/** The same for a whole line of a table or a list: what is indented, or stands in columns, stays so. */
export const safeLine = (line: string): string => printable.test(line) ? line : `${indentation.exec(line)![0]}${safeText(line, longestLine)}`;
