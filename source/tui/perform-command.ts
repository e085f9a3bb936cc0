import {splitLine} from './command-line.js';
import {type Conversation} from './conversation.js';
import {type CommandAnswer, type RunCommand} from './run-command.js';
import {type Action} from './state.js';
import {widthOf} from './text.js';

export type CommandContext = {
	readonly runCommand: RunCommand;
	readonly conversation: Conversation;
	/** Of the screen. */
	readonly columns: number;
	/** Says something on the way to the answer. */
	readonly say: (text: string) => void;
};

type Answer = Extract<Action, {readonly kind: 'answered' | 'output'}>;

/** One or two lines that fit below the frame stand there; what is more gets a page. */
const answerOf = (line: string, {code, out, err}: CommandAnswer, columns: number): Answer => {
	const lines = `${out}\n${err}`.split('\n').map(said => said.trim()).filter(said => said !== '');
	const text = lines.length === 0 ? `${line}: ${code === 0 ? 'done' : `failed (exit code ${code})`}` : lines.join(code === 0 ? '; ' : ': ');
	if (lines.length <= 2 && widthOf(text) <= columns - 4) {
		return {kind: 'answered', level: code === 0 ? 'good' : 'bad', text};
	}

	// A command that looks may end with a code of its own (`status --exit-code`): nothing went wrong then.
	return {
		kind: 'output', title: line, level: code === 0 || err === '' ? 'plain' : 'bad', text: [err, out].filter(part => part !== '').join('\n\n'),
	};
};

// Sooner than a person wonders, later than most commands take.
const slowMs = 400;

/** Runs a line as the command line would, and says what it said. */
export const performCommand = async (line: string, {runCommand, conversation, columns, say}: CommandContext): Promise<Answer> => {
	const split = splitLine(line);
	if ('problem' in split) {
		return {kind: 'answered', level: 'bad', text: split.problem};
	}

	let isCancelled = false;
	const timer = setTimeout(() => {
		say(`${line}: under way`);
	}, slowMs);
	try {
		const answer = await runCommand(split.words, {
			signal: conversation.signal,
			async ask(question) {
				clearTimeout(timer);
				const text = await conversation.ask(line, question);
				isCancelled = text === null;
				return text;
			},
		});
		// Whoever cancels knows what to do; that nothing was done is what he wants to hear.
		return isCancelled ? {kind: 'answered', level: 'plain', text: `${line}: ${answer.err.split('\n', 1)[0]!}`} : answerOf(line, answer, columns);
	} finally {
		clearTimeout(timer);
	}
};
