// Synchronized update: whatever stands between the two is shown at once.
const opening = '\u{1B}[?2026h';
const closing = '\u{1B}[?2026l';

/* eslint-disable no-control-regex, regexp/no-control-character -- what a terminal is told begins with one */
const nextLines = /(?:\u{1B}\[E){2,}/gu;
const stylesInARow = /(?:\u{1B}\[(?:[127]|22|27|3[0-79])m){2,}/gu;
/* eslint-enable no-control-regex, regexp/no-control-character */

/** Which of what was said before says nothing any more. */
const undoneBy: Readonly<Record<string, RegExp>> = {
	1: /^1$/, 2: /^2$/, 22: /^(?:1|2|22)$/, 7: /^2?7$/, 27: /^2?7$/,
};
const colour = /^3\d$/;

const lastOfEach = (run: string): string => {
	let codes: readonly string[] = [];
	for (const [code] of run.matchAll(/\d+/g)) {
		codes = [...codes.filter(before => !(undoneBy[code] ?? colour).test(before)), code];
	}

	return `\u{1B}[${codes.join(';')}m`;
};

/** The same for a terminal in fewer letters: Ink moves over lines that stay one by one, and repeats all styles of a line before the place where it begins to write. */
export const shorten = (frame: string): string => frame
	.replaceAll(nextLines, run => `\u{1B}[${run.length / '\u{1B}[E'.length}E`)
	.replaceAll(stylesInARow, run => lastOfEach(run));

type Rest = [BufferEncoding?, ((error?: Error | null) => void)?];

/** The terminal for Ink: each frame in one write, which over ssh is one packet, and in as few bytes as say it. */
export const thriftyOutput = (stdout: NodeJS.WriteStream): NodeJS.WriteStream => {
	let before = '';
	const write = (chunk: string | Uint8Array, ...rest: Rest): boolean => {
		const last = before;
		before = '';
		if (typeof chunk !== 'string') {
			return stdout.write(chunk, ...rest);
		}

		if (chunk === opening || (chunk === closing && last === closing)) {
			before = chunk === opening ? opening : '';
			return true;
		}

		// Closed at once: what opened a frame never waits for a call that may not come.
		before = last === opening ? closing : '';
		return stdout.write(last === opening ? opening + shorten(chunk) + closing : shorten(chunk), ...rest);
	};

	return new Proxy(stdout, {
		get(target, name) {
			const value: unknown = Reflect.get(target, name, target);
			return name === 'write' ? write : (typeof value === 'function' ? value.bind(target) as unknown : value);
		},
	});
};
