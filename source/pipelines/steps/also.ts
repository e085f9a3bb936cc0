import {type Alongside, type Outcome} from '../step.js';

/** The same outcome with one more write at the step's end, if it has come to its end. */
export const also = (outcome: Outcome, more: Alongside): Outcome => outcome.outcome === 'done' || outcome.outcome === 'skipped'
	? {
		...outcome,
		async alongside(tables) {
			await outcome.alongside?.(tables);
			await more(tables);
		},
	}
	: outcome;
