import {Box, useWindowSize} from 'ink';
import {useEffect, useReducer, type ReactNode} from 'react';
import {type App} from '../app.js';
import {type Clock} from '../domain/clock.js';
import {Dialog} from './components/dialog.js';
import {FormBox} from './components/form-box.js';
import {Line} from './components/line.js';
import {PaletteBox} from './components/palette-box.js';
import {startState, type FirstLook} from './first-look.js';
import {type Times} from './format.js';
import {isTooSmall} from './layout.js';
import {type Leading, type LeadingMode} from './leading.js';
import {footerLine, noticeLine} from './panels/footer.js';
import {attentionLine, headerLine, type Facts} from './panels/header.js';
import {reduce} from './reduce.js';
import {type RunCommand} from './run-command.js';
import {topPage, type State} from './state.js';
import {type Theme} from './theme.js';
import {useConversation} from './use-conversation.js';
import {useKeymap} from './use-keymap.js';
import {useLeading} from './use-leading.js';
import {useListing} from './use-listing.js';
import {useOverview} from './use-overview.js';
import {usePainted} from './use-painted.js';
import {usePane} from './use-pane.js';
import {useWishes, type TerminalControl} from './use-wishes.js';
import {FirstView} from './views/first-view.js';
import {ListView} from './views/list-view.js';
import {PageView} from './views/page-view.js';
import {TooSmallView} from './views/too-small-view.js';

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
	useWishes(props, state, {
		dispatch, refresh, decline, conversation,
	});

	return <Screen state={state} theme={theme} times={times} facts={facts}/>;
};
