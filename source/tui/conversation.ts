import {type Question} from './overlay.js';

/** What commands and people say to each other on the screen. */
export type Conversation = {
	/** Asks; null: it was cancelled, or the console is left. One asks at a time, a second one waits. */
	readonly ask: (title: string, text: string) => Promise<string | null>;
	/** Answers what stands on the screen. */
	readonly reply: (text: string | null) => void;
	/** Aborted when the console is left. */
	readonly signal: AbortSignal;
	/** The console is left: whoever asks hears that nobody answers. */
	readonly end: () => void;
};

type Asked = {readonly question: Question; readonly answer: (text: string | null) => void};

// A question that came while a person was typing something else is not lost: it is put again until it is answered.
const againMs = 200;

const questionOf = (title: string, text: string): Question => ({
	title, lines: [text.trim().replace(/:$/, '')], yes: 'Go on', typed: null, isFree: true, effect: {kind: 'reply', text: ''}, otherwise: {kind: 'reply', text: null},
});

/** `show` puts a question on the screen, unless something else stands there. */
export const createConversation = (show: (question: Question) => void): Conversation => {
	const asking: Asked[] = [];
	const leaving = new AbortController();
	let timer: NodeJS.Timeout | undefined;

	const showFirst = (): void => {
		clearInterval(timer);
		const [first] = asking;
		if (!first) {
			return;
		}

		show(first.question);
		timer = setInterval(() => {
			show(first.question);
		}, againMs).unref();
	};

	return {
		async ask(title, text) {
			return new Promise(answer => {
				if (leaving.signal.aborted) {
					answer(null);
					return;
				}

				asking.push({question: questionOf(title, text), answer});
				if (asking.length === 1) {
					showFirst();
				}
			});
		},
		reply(text) {
			asking.shift()?.answer(text);
			showFirst();
		},
		signal: leaving.signal,
		end() {
			clearInterval(timer);
			leaving.abort();
			for (const {answer} of asking.splice(0)) {
				answer(null);
			}
		},
	};
};
