import {say, type Action, type State} from '../state.js';
import {formOf} from './all-forms.js';
import {settle} from './form-values.js';
import {withProblems} from './reduce-form.js';

type FormAction = Extract<Action, {readonly kind: 'problems' | 'submitted' | 'filled'}>;

/** What came of reading or sending a form: the form itself may be gone by then, or be another one. */
export const answerForm = (state: State, action: FormAction): State => {
	const overlay = state.overlay?.kind === 'form' && state.overlay.form === action.form ? state.overlay : undefined;
	if (action.kind === 'filled') {
		if (!overlay?.isReading || overlay.about !== action.about) {
			return state;
		}

		const values = settle(formOf(action.form), {}, action.values, state.settings);
		return {
			...state, overlay: {
				...overlay, values, start: values, isReading: false,
			},
		};
	}

	const isMeant = overlay !== undefined && (action.sent === null ? overlay.isReading : overlay.isSending && overlay.values === action.sent);
	if (action.kind === 'submitted') {
		return say(isMeant ? {...state, overlay: null} : state, action.level, action.text);
	}

	return isMeant && action.sent !== null ? {...state, overlay: withProblems(overlay, action.problems)} : say(isMeant ? {...state, overlay: null} : state, 'bad', Object.entries(action.problems).map(([name, text]) => name === '' ? text : `${name}: ${text}`).join('; '));
};
