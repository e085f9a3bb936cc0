import {type KeyName} from './keys.js';
import {leave} from './leaving.js';
import {reduceOverlay} from './overlays.js';
import {type State} from './state.js';

/** The question before quitting is the only one that stands on a screen that nothing fits on. */
export const quitQuestion = ({overlay}: Pick<State, 'overlay'>) => overlay?.kind === 'question' && overlay.question.effect.kind === 'quit' ? overlay : undefined;

/** No key acts on what nobody sees: one may only leave. */
export const pressUnseen = (state: State, key: KeyName, at: number): State => {
	const asked = quitQuestion(state);
	if (asked) {
		return reduceOverlay(state, asked, key, at);
	}

	return key === 'q' || key === 'ctrl-c' ? leave(state) : state;
};
