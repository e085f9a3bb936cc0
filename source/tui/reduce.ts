import {commands} from './commands.js';
import {findBinding} from './keymap.js';
import {type KeyName} from './keys.js';
import {pasteInto, reduceOverlay} from './overlays.js';
import {
	ask,
	say,
	topPage,
	wish,
	type Action,
	type State,
	type Target,
} from './state.js';

const isSameTarget = (a: Target, b: Target): boolean => JSON.stringify(a) === JSON.stringify(b);

/** An answer has been seen by whoever goes on typing; what went wrong stays until Escape or its time. */
const withoutSeen = (state: State, key: KeyName): State => state.notice && (key === 'esc' || state.notice.level !== 'bad') ? {...state, notice: null} : state;

const press = (before: State, key: KeyName, at: number): State => {
	const state = withoutSeen(before, key);
	if (state.overlay) {
		return reduceOverlay(state, state.overlay, key, at);
	}

	const binding = findBinding(key);
	if (!binding) {
		return key === 'ctrl-z' ? say(state, 'plain', 'Ctrl-Z is not obeyed: a stopped console would stop its scheduler; q quits') : state;
	}

	if (binding.isWriting && state.isReadOnly) {
		return say(state, 'plain', `${binding.title}: this session is read-only`);
	}

	const reason = binding.reason(state);
	return reason === null ? commands[binding.command](state) : say(state, 'plain', `${binding.title}: ${reason}`);
};

const tick = (state: State, now: number, isLeading: boolean): State => ({
	...state, now, isLeading, notice: state.notice && state.notice.until > now ? state.notice : null,
});

/** What the console is after an action. Nothing is done here: wishes wait in `effects`. */
export const reduce = (state: State, action: Action): State => {
	switch (action.kind) {
		case 'key': {
			return press(state, action.key, action.at);
		}

		case 'paste': {
			return pasteInto(state, action.text);
		}

		case 'overview': {
			const {overview, now, isLeading} = action;
			const next = {...tick(state, now, isLeading), overview, trouble: null};
			const page = topPage(next);
			return page?.kind === 'detail' ? wish(next, {kind: 'read-detail', target: page.target}) : next;
		}

		case 'trouble': {
			return {...tick(state, action.now, action.isLeading), trouble: action.message};
		}

		case 'tick': {
			return tick(state, action.now, action.isLeading);
		}

		case 'resize': {
			return {...state, size: action.size};
		}

		case 'painted': {
			return state.overlay?.kind === 'question' && state.overlay.paintedAt === null
				? {...state, overlay: {...state.overlay, paintedAt: action.at}}
				: state;
		}

		case 'ask': {
			// Never over something that a person is in the middle of.
			return state.overlay ? state : ask(state, action.question);
		}

		case 'taken': {
			return {...state, effects: state.effects.filter(({number}) => number > action.number)};
		}

		case 'answered': {
			return say(action.dropped === undefined ? state : {...state, dropped: action.dropped}, action.level, action.text);
		}

		case 'detail': {
			const page = topPage(state);
			return page?.kind === 'detail' && isSameTarget(page.target, action.target)
				? {...state, pages: [...state.pages.slice(0, -1), {...page, title: action.title, lines: action.lines}]}
				: state;
		}
	}
};
