import {useEffect, type Dispatch} from 'react';
import {type App} from '../app.js';
import {resolveTaskStates} from '../domain/task-state.js';
import {readDetail} from './details/read-detail.js';
import {type Times} from './format.js';
import {paneColumns} from './layout.js';
import {viewOf} from './listings/all-views.js';
import {targetOf} from './opening.js';
import {topPage, type Action, type State} from './state.js';
import {subjectOf} from './subject.js';
import {type Theme} from './theme.js';

// Whoever holds a key down passes over many rows; only that on which the cursor rests is looked up.
const restMs = 100;

/** Reads the details of the chosen row into the pane beside the list, where there is one, and again with all news. */
export const usePane = ({app, theme, times}: {readonly app: App; readonly theme: Theme; readonly times: Times}, state: State, dispatch: Dispatch<Action>): void => {
	const {overview, newsCount, view, size} = state;
	const columns = view === null ? 0 : paneColumns(size, viewOf(view).paneFrom);
	const target = topPage(state) === undefined && columns > 0 ? targetOf(subjectOf(state)) : undefined;
	const wanted = target && JSON.stringify(target);
	const isShown = wanted !== undefined && wanted === JSON.stringify(state.pane?.target);

	useEffect(() => {
		if (!target || !overview) {
			return;
		}

		let isOver = false;
		const read = async (): Promise<void> => {
			const tasks = resolveTaskStates(state.settings.tasks, overview.taskSettings);
			try {
				const detail = await readDetail(app, target, overview, {
					theme, times, now: state.now, columns: columns - 2, tasks,
				});
				if (!isOver) {
					dispatch({kind: 'detail', target, ...detail});
				}
			} catch {
				// The header says what is wrong with the database.
			}
		};

		const timer = setTimeout(() => {
			void read();
		}, isShown ? 0 : restMs);
		return () => {
			isOver = true;
			clearTimeout(timer);
		};
	}, [wanted, newsCount, columns]);
};
