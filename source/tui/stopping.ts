import {lineBreaks, type Streams} from './terminal.js';

// The other screen, no cursor, pastes told apart from keys, no broken lines: what a shell that had the terminal meanwhile has undone.
const takeScreen = `\u{1B}[?1049h\u{1B}[?25l\u{1B}[?2004h${lineBreaks.off}`;

const ignore = (): void => undefined;

/**
 Keeps the console in the foreground: stopping it would stop its scheduler, so SIGTSTP is not obeyed. What cannot be
 refused (SIGSTOP) is mended when it goes on. The answer ends the watch.
 */
export const watchStops = ({stdin, stdout}: Pick<Streams, 'stdin' | 'stdout'>, redraw: () => void): (() => void) => {
	const goOn = (): void => {
		// Twice: Node believes that the terminal still is as it left it.
		stdin.setRawMode(false);
		stdin.setRawMode(true);
		stdout.write(takeScreen);
		// The terminal may have changed its size while the news of that went to somebody else.
		process.kill(process.pid, 'SIGWINCH');
		redraw();
	};

	process.on('SIGTSTP', ignore);
	process.on('SIGCONT', goOn);
	return () => {
		process.off('SIGTSTP', ignore);
		process.off('SIGCONT', goOn);
	};
};
