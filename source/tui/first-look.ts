import {type App} from '../app.js';
import {type Clock} from '../domain/clock.js';
import {type LeadingMode} from './leading.js';
import {reduce} from './reduce.js';
import {createState, type Overview, type State} from './state.js';

/** More rows than any screen shows at once, so that moving about in them needs no reading. */
export const overviewLimit = {vms: 200, installs: 200, activity: 300} as const;

/** The first view as it was read before there was a screen. */
export type FirstLook = {readonly overview: Overview; readonly version: number};

/** Reads what the first frame shows: one that is empty would cost as much as one that is full. Undefined: the screen itself reads, and says why it cannot. */
export const lookFirst = async (app: App): Promise<FirstLook | undefined> => {
	try {
		const version = app.dataVersion();
		return {version, overview: await app.overview(overviewLimit)};
	} catch {
		return undefined;
	}
};

type Start = {
	readonly app: App;
	readonly clock: Clock;
	readonly mode: LeadingMode;
	readonly first?: FirstLook;
};

/** The state that the console begins with. */
export const startState = ({app, clock, mode, first}: Start, size: State['size']): State => {
	const now = clock.now();
	const state = createState({
		settings: app.settings(), isReadOnly: app.isReadOnly, mayLead: mode !== 'watch' && !app.isReadOnly, now, size,
	});
	return first
		? reduce(state, {
			kind: 'overview', overview: first.overview, now, isLeading: false,
		})
		: state;
};
