import {type Action, type Page} from './state.js';
import {type Piece} from './text.js';

/** What a command said, as a page: line by line, a bad one in the style of what went wrong. */
export const outputPage = ({title, text, level}: Extract<Action, {readonly kind: 'output'}>): Extract<Page, {readonly kind: 'output'}> => ({
	kind: 'output',
	title,
	top: 0,
	left: 0,
	lines: [[], ...text.trimEnd().split('\n').map((line): readonly Piece[] => [[level === 'bad' ? 'bad' : 'plain', ` ${line.replaceAll('\t', ' '.repeat(4))}`]])],
});
