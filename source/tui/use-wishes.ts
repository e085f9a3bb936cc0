import {useEffect, useRef, type Dispatch} from 'react';
import {type App} from '../app.js';
import {resolveTaskStates} from '../domain/task-state.js';
import {type Conversation} from './conversation.js';
import {type Times} from './format.js';
import {type Leading} from './leading.js';
import {performEffect, type AppEffect} from './perform.js';
import {type RunCommand} from './run-command.js';
import {type Action, type Effect, type State} from './state.js';
import {type Theme} from './theme.js';

/** What only the owner of the terminal can do. */
export type TerminalControl = {
	readonly quit: () => void;
	readonly redraw: () => void;
	readonly copy: (text: string) => void;
};

const maxCopied = 60;

type Wishing = {
	readonly app: App;
	readonly theme: Theme;
	readonly times: Times;
	readonly leading: Leading;
	readonly runCommand: RunCommand;
	readonly terminal: TerminalControl;
};

type Tools = {readonly dispatch: Dispatch<Action>; readonly refresh: () => void; readonly decline: () => void; readonly conversation: Conversation};

const lead = async ({leading}: Wishing, {dispatch, decline}: Tools): Promise<void> => {
	try {
		await leading.start();
		dispatch({kind: 'answered', level: 'good', text: 'the scheduler of this console was started'});
	} catch (error) {
		decline();
		dispatch({kind: 'answered', level: 'bad', text: `cannot lead: ${error instanceof Error ? error.message : String(error)}`});
	}
};

const isForApp = (effect: Effect): effect is AppEffect => !['quit', 'redraw', 'copy', 'watch', 'lead'].includes(effect.kind);

const performHere = async (effect: Exclude<Effect, AppEffect>, wishing: Wishing, tools: Tools): Promise<void> => {
	const {terminal} = wishing;
	switch (effect.kind) {
		case 'quit': {
			terminal.quit();
			break;
		}

		case 'redraw': {
			terminal.redraw();
			break;
		}

		case 'copy': {
			terminal.copy(effect.text);
			tools.dispatch({kind: 'answered', level: 'plain', text: `copied, if your terminal allows it: ${effect.text.slice(0, maxCopied)}`});
			break;
		}

		case 'watch': {
			tools.decline();
			tools.dispatch({kind: 'answered', level: 'plain', text: 'only watching: nothing runs until somebody leads (L leads here)'});
			break;
		}

		case 'lead': {
			await lead(wishing, tools);
			tools.refresh();
			break;
		}
	}
};

const perform = async (effect: Effect, state: State, wishing: Wishing, tools: Tools): Promise<void> => {
	if (!isForApp(effect)) {
		return performHere(effect, wishing, tools);
	}

	const {app, theme, times, runCommand} = wishing;
	const answer = await performEffect(effect, {
		app,
		runCommand,
		conversation: tools.conversation,
		overview: state.overview,
		detail: {
			theme, times, now: state.now, columns: state.size.columns, tasks: resolveTaskStates(state.settings.tasks, state.overview?.taskSettings ?? []),
		},
		say(text) {
			tools.dispatch({kind: 'answered', level: 'plain', text});
		},
	});
	if (answer) {
		tools.dispatch(answer);
	}

	// A detail that was read changed nothing, and reading the first view again would have it read once more.
	if (effect.kind !== 'read-detail') {
		tools.refresh();
	}
};

/** Takes up what the reducer wishes for, each once, and tells it what came of it. */
export const useWishes = (wishing: Wishing, state: State, tools: Tools): void => {
	const {effects} = state;
	const taken = useRef(0);
	useEffect(() => {
		const fresh = effects.filter(({number}) => number > taken.current);
		if (fresh.length === 0) {
			return;
		}

		taken.current = fresh.at(-1)!.number;
		tools.dispatch({kind: 'taken', number: taken.current});
		for (const {effect} of fresh) {
			void perform(effect, state, wishing, tools);
		}
	}, [effects]);
};
