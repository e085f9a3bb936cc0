import {StringDecoder} from 'node:string_decoder';

const mostInLine = 8192;
const mostAtOnce = 200;
const everyMs = 100;

/**
 Cuts a program's output into lines that are not empty and at most 8192 characters long. Two hundred are passed on at once, ten times a second: of a flood only the latest,
 after a line that says how many are left out, so that whoever talks too much cannot keep us busy. `isWanted` sees every line, at once.
 */
export const createLineCutter = (onLine: (line: string) => void, isWanted: (line: string) => boolean = () => true) => {
	const decoder = new StringDecoder('utf8');
	let rest = '';
	let waiting: string[] = [];
	let leftOut = 0;
	let timer: NodeJS.Timeout | undefined;

	const flush = (): void => {
		clearTimeout(timer);
		timer = undefined;
		const lines = leftOut > 0 ? [`… ${leftOut} lines left out`, ...waiting] : waiting;
		waiting = [];
		leftOut = 0;
		for (const line of lines) {
			onLine(line);
		}
	};

	const push = (text: string): void => {
		const lines = (rest + text).split(/[\n\r]/);
		rest = lines.pop()!.slice(0, mostInLine);
		waiting.push(...lines.map(line => line.slice(0, mostInLine)).filter(line => line.trim() !== '' && isWanted(line)));
		const surplus = Math.max(0, waiting.length - mostAtOnce);
		waiting.splice(0, surplus);
		leftOut += surplus;
		if (waiting.length > 0) {
			timer ??= setTimeout(flush, everyMs);
		}
	};

	return {
		push(chunk: Buffer) {
			push(decoder.write(chunk));
		},
		/** The last line needs no line end. */
		end() {
			push(`${decoder.end()}\n`);
			flush();
		},
	};
};
