import {type ReactNode} from 'react';
import {Line} from '../components/line.js';
import {smallest} from '../layout.js';
import {countAttention} from '../needs.js';
import {type State} from '../state.js';
import {fit} from '../text.js';
import {quitQuestion} from '../too-small.js';
import {type Theme} from '../theme.js';

/** What is left on a screen that nothing fits on: how large it must be, and whether somebody is needed. */
export const TooSmallView = ({state, theme}: {readonly state: State; readonly theme: Theme}): ReactNode => {
	const {columns, rows} = state.size;
	const counted = state.overview ? countAttention(state.overview, state.now) : {needs: 0, incidents: 0};
	const needs = counted.needs + counted.incidents;
	const asked = quitQuestion(state);
	const lines = [
		`too small: ${columns}x${rows}`,
		`cronsole needs ${smallest.columns}x${smallest.rows}`,
		state.overview && !state.overview.leader ? 'NOBODY LEADS' : '',
		needs > 0 ? `! ${needs} need${needs === 1 ? 's' : ''} you` : '',
		...(asked ? [asked.question.title, `${asked.focus === 'yes' ? '[y quits]' : 'y quits'}, n stays`] : ['q quits']),
	].filter(line => line !== '');
	return <>{lines.slice(0, Math.max(1, rows - 1)).map(line => <Line key={line} text={fit(theme, line, columns)}/>)}</>;
};
