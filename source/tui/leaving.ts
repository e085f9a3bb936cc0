import {formatCount} from './format.js';
import {
	ask,
	listOf,
	wish,
	type Overview,
	type State,
} from './state.js';

/** How much is moving that this console's scheduler moves. */
const countUnderWay = (overview: Overview): number =>
	overview.vmCounts.inWork + overview.installCounts.running + overview.lastRuns.filter(({finishedAt}) => finishedAt === null).length;

const hasStandby = ({sessions, leader}: Overview): boolean =>
	sessions.some(({id, kind}) => (kind === 'daemon' || kind === 'console') && id !== leader?.id);

/** One level back: the page on top, then the list's filter, then the view. Undefined: this is the top. */
export const oneBack = (state: State): State | undefined => {
	if (state.pages.length > 0) {
		return {...state, pages: state.pages.slice(0, -1)};
	}

	const list = listOf(state);
	if (state.filters[list] !== '') {
		return {...state, filters: {...state.filters, [list]: ''}};
	}

	return state.view === null ? undefined : {...state, view: null, pane: null};
};

/** Whether one more step back leaves the console. */
export const isAtTop = (state: State): boolean => oneBack(state) === undefined;

/** Quits; a console that leads with work under way and nobody standing by says so first. */
export const leave = (state: State): State => {
	const {overview, isLeading} = state;
	if (!overview || !isLeading || countUnderWay(overview) === 0 || hasStandby(overview)) {
		return wish(state, {kind: 'quit'});
	}

	const {inWork} = overview.vmCounts;
	const {running} = overview.installCounts;
	const work = [inWork > 0 ? `${formatCount(inWork, 'VM')} in work` : '', running > 0 ? formatCount(running, 'install') : ''].filter(Boolean).join(', ');
	return ask(state, {
		title: 'Quit while this console leads?',
		lines: [`${work === '' ? 'A task is running' : work}, no standby: quitting stops them.`, 'Nothing is lost: whoever leads next goes on from there.'],
		yes: 'Quit',
		typed: null,
		effect: {kind: 'quit'},
	});
};
