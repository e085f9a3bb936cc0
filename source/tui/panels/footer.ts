import {taskLock} from '../../domain/task.js';
import {ruleOf} from '../components/rule.js';
import {titleOf} from '../format.js';
import {footerHints} from '../keymap.js';
import {listNeeds, type Need} from '../needs.js';
import {type Overlay} from '../overlay.js';
import {listOf, topPage, type State} from '../state.js';
import {needsShown, subjectOf, type Subject} from '../subject.js';
import {fitPieces, piecesWidth, type Piece} from '../text.js';
import {type Theme} from '../theme.js';
import {vmWords} from '../vm-words.js';

/** The last line of the frame: as many of the keys that are valid here as fit; `? help` and `q quit` always. */
export const footerLine = (state: State, theme: Theme): string => {
	// What is typed into has its own hints.
	const hints = (state.overlay ? [] : footerHints(state)).map(({key, label}): readonly Piece[] => [['plain', '  '], ['accent', key], ['plain', ` ${label}`]]);
	const last = hints.slice(-2);
	let room = state.size.columns - 2;
	for (const pieces of last) {
		room -= piecesWidth(theme, pieces);
	}

	const fitting = hints.slice(0, -2).filter(pieces => {
		const width = piecesWidth(theme, pieces);
		if (width > room) {
			return false;
		}

		room -= width;
		return true;
	});
	const {bottomLeft, bottomRight} = theme.glyphs;
	const [, ...pieces] = [...fitting, ...last].flat();
	return ruleOf(theme, [bottomLeft, bottomRight], pieces, state.size.columns);
};

const prompts: Readonly<Record<Exclude<Overlay['kind'], 'question' | 'palette' | 'form'>, readonly [prompt: string, hint: string]>> = {
	filter: ['/', 'enter keeps it, esc shows all rows'],
	interval: ['every ', '90s, 5m, 1h; 0 is off; default is the config\'s'],
	hold: ['hold everything, because: ', 'write 2h first and it ends after 2h'],
};

const promptPieces = (overlay: Extract<Overlay, {readonly kind: keyof typeof prompts}>, notice: State['notice']): readonly Piece[] => {
	const [prompt, hint] = prompts[overlay.kind];
	const about = overlay.kind === 'interval' ? `${titleOf(overlay.task)}, ` : '';
	const isRefused = notice?.level === 'bad';
	return [['accent', ` ${about}${prompt}`], ['plain', overlay.text], ['selected', ' '], [isRefused ? 'bad' : 'dim', `   ${isRefused ? notice.text : hint}`]];
};

const needPieces = ({command, why}: Need): readonly Piece[] => [['dim', ' helps: '], ['accent', command ?? 'nothing by hand'], ['plain', `   ${why}`]];

/** Why it waits, though it needs nobody: mostly what its last attempt came to. */
const waitingPieces = ({overview, now}: State, subject: Extract<Subject, {readonly kind: 'vm' | 'install'}>): readonly Piece[] => {
	if (subject.kind === 'install') {
		const cause = subject.row?.state === 'pending' ? subject.row.cause : null;
		return cause === null ? [] : [['dim', ' tried again by itself, after: '], ['plain', cause]];
	}

	const work = overview?.vmsInWork.find(({vm}) => vm.id === subject.id);
	const why = work ? vmWords(work, now).why : '';
	return why === '' ? [] : [['dim', ' waits for: '], ['plain', why]];
};

/** What the row under the cursor could not say in its columns. */
const rowPieces = (state: State): readonly Piece[] => {
	const {overview, now} = state;
	const subject = subjectOf(state);
	if (!overview || !subject || topPage(state) !== undefined) {
		return [];
	}

	if (subject.kind === 'activity') {
		return [['dim', ` ${subject.row.subject}: `], ['plain', subject.row.message]];
	}

	const needOf = (wanted: string): readonly Piece[] => {
		const need = listNeeds(overview, now).find(({id}) => id === wanted);
		return need ? needPieces(need) : [];
	};

	if (subject.kind === 'task') {
		const run = overview.lastRuns.find(({task}) => task === subject.name);
		return run?.result === 'failed' && run.message !== null ? [['bad', ` failed: ${run.message}`]] : needOf(`lock:${taskLock(subject.name)}`);
	}

	if (subject.kind !== 'vm' && subject.kind !== 'install') {
		return [];
	}

	const need = needOf(`${subject.kind}:${subject.id}`);
	return need.length > 0 ? need : waitingPieces(state, subject);
};

/** The line below the frame: what is being typed, else the last answer, else the filter that stands, else more of the chosen row. */
export const noticeLine = (state: State, theme: Theme): string => {
	const {overlay, notice, size: {columns}} = state;
	if (overlay && overlay.kind !== 'palette' && overlay.kind !== 'question' && overlay.kind !== 'form') {
		return fitPieces(theme, promptPieces(overlay, notice), columns);
	}

	if (notice) {
		return fitPieces(theme, [[notice.level, ` ${notice.level === 'bad' ? '! ' : ''}${notice.text}`]], columns);
	}

	if (topPage(state)?.kind === 'needs') {
		// The rows may be cut off: what helps never is.
		const {needs, index} = needsShown(state);
		const need = needs[index];
		return fitPieces(theme, need ? needPieces(need) : [], columns);
	}

	const filter = topPage(state) ? '' : state.filters[listOf(state)];
	return fitPieces(theme, filter === '' ? rowPieces(state) : [['accent', ` /${filter}`], ['dim', '   esc shows all rows']], columns);
};
