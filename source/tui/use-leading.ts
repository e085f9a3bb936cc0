import {
	useCallback,
	useEffect,
	useRef,
	type Dispatch,
} from 'react';
import {type App} from '../app.js';
import {
	decideLeading,
	leadingQuestion,
	type Leading,
	type LeadingMode,
} from './leading.js';
import {type Action, type Overview, type State} from './state.js';

type LeadingProps = {readonly app: App; readonly mode: LeadingMode; readonly leading: Leading};

type Memory = {
	isDeclined: boolean;
	hasSeenLeader: boolean;
	leaderlessSince: number | null;
	/** The overview that was judged last: each is judged once. */
	judged: Overview | null;
};

/** Remembers since when nobody has led: a console that comes upon nobody need not wait, one that saw a leader go waits for those who stand by. */
const remember = (memory: Memory, overview: Overview, now: number): void => {
	memory.judged = overview;
	if (overview.leader) {
		memory.hasSeenLeader = true;
		memory.isDeclined = false;
		memory.leaderlessSince = null;
	} else if (memory.hasSeenLeader) {
		memory.leaderlessSince ??= now;
	}
};

/** A scheduler that nobody stopped is over: a person shall know, and another one may begin. */
const tellLoss = (leading: Leading, dispatch: Dispatch<Action>): void => {
	const loss = leading.takeLoss();
	if (loss !== undefined) {
		dispatch({kind: 'answered', level: 'bad', text: loss});
	}
};

/** Lets this console lead, ask or hand over as the overview says. The answer notes that a person said no. */
export const useLeading = ({app, mode, leading}: LeadingProps, state: State, dispatch: Dispatch<Action>): () => void => {
	const memory = useRef<Memory>({
		isDeclined: false, hasSeenLeader: false, leaderlessSince: null, judged: null,
	});
	const {overview, overlay, now} = state;

	useEffect(() => {
		const kept = memory.current;
		if (!overview || overview === kept.judged) {
			return;
		}

		remember(kept, overview, now);
		tellLoss(leading, dispatch);
		const say = (level: 'good' | 'bad', text: string) => {
			dispatch({kind: 'answered', level, text});
		};

		const start = async (): Promise<void> => {
			try {
				await leading.start();
			} catch (error) {
				kept.isDeclined = true;
				say('bad', `cannot lead: ${error instanceof Error ? error.message : String(error)}`);
			}
		};

		const handOver = async (): Promise<void> => {
			try {
				await leading.stop();
				say('good', 'handed over to the daemon');
			} catch (error) {
				say('bad', `handing over: ${error instanceof Error ? error.message : String(error)}`);
			}
		};

		const wish = decideLeading({
			overview, mode, isReadOnly: app.isReadOnly, isStarted: leading.isStarted(), isDeclined: kept.isDeclined, leaderlessMs: kept.leaderlessSince === null ? null : now - kept.leaderlessSince,
		});
		switch (wish) {
			case 'lead': {
				void start();
				break;
			}

			case 'hand-over': {
				void handOver();
				break;
			}

			case 'ask': {
				// With something else on the screen the next overview asks.
				if (!overlay) {
					dispatch({kind: 'ask', question: leadingQuestion(overview, now)});
				}

				break;
			}

			case 'nothing': {
				break;
			}
		}
	}, [overview]);

	return useCallback(() => {
		memory.current.isDeclined = true;
	}, []);
};
