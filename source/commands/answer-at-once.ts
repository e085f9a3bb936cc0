import {helpText} from './help.js';
import {type Io} from './io/io.js';

/** The words of a command line up to `--`: behind it nothing is a flag. */
export const beforeEnd = (argv: readonly string[]): readonly string[] => {
	const end = argv.indexOf('--');
	return end === -1 ? argv : argv.slice(0, end);
};

/** Help and version, which must be there before anything is loaded. Answers whether it was one of them. */
export const answerAtOnce = (argv: readonly string[], {stdout, version}: Pick<Io, 'stdout' | 'version'>): boolean => {
	const said = beforeEnd(argv);
	if (said.includes('--help') || said.includes('-h') || said[0] === 'help') {
		stdout(helpText(said));
		return true;
	}

	if (said.includes('--version')) {
		stdout(`${said.includes('--json') ? JSON.stringify({version}) : version}\n`);
		return true;
	}

	return false;
};
