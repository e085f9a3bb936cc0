import {Box, useWindowSize} from 'ink';
import {
	useEffect,
	useReducer,
	useRef,
	type Dispatch,
	type ReactNode,
} from 'react';
import {type App} from '../app.js';
import {type Clock} from '../domain/clock.js';
import {resolveTaskStates} from '../domain/task-state.js';
import {Dialog} from './components/dialog.js';
import {FormBox} from './components/form-box.js';
import {Line} from './components/line.js';
import {PaletteBox} from './components/palette-box.js';
import {type Conversation} from './conversation.js';
import {startState, type FirstLook} from './first-look.js';
import {type Times} from './format.js';
import {isTooSmall} from './layout.js';
import {type Leading, type LeadingMode} from './leading.js';
import {footerLine, noticeLine} from './panels/footer.js';
import {attentionLine, headerLine, type Facts} from './panels/header.js';
import {performEffect, type AppEffect} from './perform.js';
import {reduce} from './reduce.js';
import {type RunCommand} from './run-command.js';
import {
	topPage,
	type Action,
	type Effect,
	type State,
} from './state.js';
import {type Theme} from './theme.js';
import {useConversation} from './use-conversation.js';
import {useKeymap} from './use-keymap.js';
import {useLeading} from './use-leading.js';
import {useListing} from './use-listing.js';
import {useOverview} from './use-overview.js';
import {usePane} from './use-pane.js';
import {FirstView} from './views/first-view.js';
import {ListView} from './views/list-view.js';
import {PageView} from './views/page-view.js';
import {TooSmallView} from './views/too-small-view.js';

/** What only the owner of the terminal can do. */
export type TerminalControl = {
	readonly quit: () => void;
	readonly redraw: () => void;
	readonly copy: (text: string) => void;
};

export type ConsoleProps = {
	readonly app: App;
	readonly clock: Clock;
	readonly theme: Theme;
	readonly times: Times;
	readonly facts: Facts;
	readonly mode: LeadingMode;
	readonly leading: Leading;
	readonly runCommand: RunCommand;
	readonly terminal: TerminalControl;
	readonly first?: FirstLook;
};

const maxCopied = 60;

type Perform = (effect: Effect, state: State) => Promise<void>;

type Tools = {readonly dispatch: Dispatch<Action>; readonly refresh: () => void; readonly decline: () => void; readonly conversation: Conversation};

const lead = async ({leading}: ConsoleProps, {dispatch, decline}: Tools): Promise<void> => {
	try {
		await leading.start();
		dispatch({kind: 'answered', level: 'good', text: 'the scheduler of this console was started'});
	} catch (error) {
		decline();
		dispatch({kind: 'answered', level: 'bad', text: `cannot lead: ${error instanceof Error ? error.message : String(error)}`});
	}
};

const isForApp = (effect: Effect): effect is AppEffect => !['quit', 'redraw', 'copy', 'watch', 'lead'].includes(effect.kind);

const performHere = async (effect: Exclude<Effect, AppEffect>, props: ConsoleProps, tools: Tools): Promise<void> => {
	const {terminal} = props;
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
			await lead(props, tools);
			tools.refresh();
			break;
		}
	}
};

const createPerform = (props: ConsoleProps, tools: Tools): Perform => async (effect, state) => {
	if (!isForApp(effect)) {
		return performHere(effect, props, tools);
	}

	const {app, theme, times, runCommand} = props;
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

// Longer than the pause between two frames, so that a question is on the screen by then.
const paintMs = 50;

/** Tells the reducer when a question, or a row that came under the cursor by itself, has been painted. */
const usePainted = ({overlay, shifted, size}: State, clock: Clock, dispatch: Dispatch<Action>): void => {
	const question = overlay?.kind === 'question' ? overlay.question : undefined;
	const isNews = shifted?.paintedAt === null;
	useEffect(() => {
		if (!question && !isNews) {
			return;
		}

		const timer = setTimeout(() => {
			dispatch({kind: 'painted', at: clock.monotonic()});
		}, paintMs);
		return () => {
			clearTimeout(timer);
		};
	}, [question, isNews, isTooSmall(size), clock, dispatch]);
};

/** What stands between the second line and the footer. */
const Body = ({state, theme, times}: {readonly state: State; readonly theme: Theme; readonly times: Times}): ReactNode => {
	const page = topPage(state);
	if (page) {
		return <PageView state={state} page={page} theme={theme}/>;
	}

	if (state.view !== null) {
		return <ListView state={state} theme={theme} times={times}/>;
	}

	return state.overview
		? <FirstView state={state} overview={state.overview} theme={theme} times={times}/>
		: Array.from({length: state.size.rows - 4}, (_, index) => <Line key={index} text=' '/>);
};

/** The whole screen for a state: nothing in it remembers anything. */
export const Screen = ({state, theme, times, facts}: {readonly state: State; readonly theme: Theme; readonly times: Times; readonly facts: Facts}): ReactNode => {
	const {overlay, overview, size} = state;
	if (isTooSmall(size)) {
		return <TooSmallView state={state} theme={theme}/>;
	}

	const context = {
		state, facts, theme, times,
	};
	return (
		<Box flexDirection='column' width={size.columns} height={size.rows}>
			<Line text={headerLine(overview, context)}/>
			<Line text={attentionLine(overview, context)}/>
			<Body state={state} theme={theme} times={times}/>
			<Line text={footerLine(state, theme)}/>
			<Line text={noticeLine(state, theme)}/>
			{overlay?.kind === 'palette' && <PaletteBox state={state} text={overlay.text} index={overlay.index} theme={theme}/>}
			{overlay?.kind === 'question' && <Dialog overlay={overlay} theme={theme} size={size}/>}
			{overlay?.kind === 'form' && <FormBox state={state} overlay={overlay} theme={theme}/>}
		</Box>
	);
};

/** The console: keys and rows go into the state, the state goes onto the screen, wishes go to the program. */
export const Console = (props: ConsoleProps): ReactNode => {
	const {app, clock, theme, times, facts} = props;
	const {columns, rows} = useWindowSize();
	const [state, dispatch] = useReducer(reduce, undefined, () => startState(props, {columns, rows}));

	useEffect(() => {
		dispatch({kind: 'resize', size: {columns, rows}});
	}, [columns, rows]);

	useKeymap(clock, dispatch);
	const refreshOverview = useOverview(props, dispatch);
	const refreshListing = useListing(app, clock, state, dispatch);
	const refresh = (): void => {
		refreshOverview();
		refreshListing();
	};

	usePane(props, state, dispatch);
	const decline = useLeading(props, state, dispatch);
	usePainted(state, clock, dispatch);

	const conversation = useConversation(dispatch);
	const taken = useRef(0);
	useEffect(() => {
		const perform = createPerform(props, {
			dispatch, refresh, decline, conversation,
		});
		const fresh = state.effects.filter(({number}) => number > taken.current);
		if (fresh.length === 0) {
			return;
		}

		taken.current = fresh.at(-1)!.number;
		dispatch({kind: 'taken', number: taken.current});
		for (const {effect} of fresh) {
			void perform(effect, state);
		}
	}, [state.effects]);

	return <Screen state={state} theme={theme} times={times} facts={facts}/>;
};
