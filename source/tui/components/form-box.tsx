import {Box} from 'ink';
import {type ReactNode} from 'react';
import {formOf} from '../forms/all-forms.js';
import {type Field} from '../forms/form.js';
import {fieldsOf, valueOf, type FormOverlay} from '../forms/form-values.js';
import {type Size, type State} from '../state.js';
import {
	fit,
	fitPieces,
	widthOf,
	wrap,
	type Piece,
} from '../text.js';
import {type Theme} from '../theme.js';
import {Line} from './line.js';
import {ruleOf} from './rule.js';
import {tailOf} from './tail.js';

type FormProps = {readonly state: State; readonly overlay: FormOverlay; readonly theme: Theme};
type Pieces = readonly Piece[];

// Its rules above and below, the buttons; of the screen the first line, footer and notice.
const ownLines = 3;
const screenLines = 3;
const hintHeight = 3;

type Layout = {readonly width: number; readonly fields: number; readonly hasRule: boolean};

/** How the lines of the box are shared out. */
const layoutOf = ({columns, rows}: Size): Layout => {
	const hasRule = rows >= 20;
	return {width: Math.min(columns - 4, 92), hasRule, fields: rows - ownLines - screenLines - hintHeight - Number(hasRule)};
};

const valuePieces = ({state, overlay, theme}: FormProps, field: Field, isFocused: boolean, width: number): Pieces => {
	const value = valueOf(overlay.values, field);
	const choices = field.choices?.(state.settings, overlay.values);
	if (!choices) {
		return isFocused ? [['strong', tailOf(theme, value, width - 1)], ['selected', ' ']] : [['plain', value]];
	}

	if (choices.length === 0) {
		return [['dim', 'none to choose from']];
	}

	const [left, right] = theme.isAscii ? ['< ', ' >'] : ['‹ ', ' ›'];
	return [['accent', left], [isFocused ? 'selected' : 'plain', value], ['accent', right]];
};

/** The lines of a field: its own and, where something is wrong with it, what. */
const fieldLines = (props: FormProps, field: Field, {index, labels, width}: {readonly index: number; readonly labels: number; readonly width: number}): readonly Pieces[] => {
	const {overlay, theme} = props;
	const isFocused = index === overlay.field;
	const problem = overlay.problems[field.name];
	const marks: Pieces = [['accent', isFocused ? theme.glyphs.cursor : ' '], ['bad', problem === undefined ? ' ' : '!']];
	const label: Piece = [isFocused ? 'strong' : 'plain', ` ${fit(theme, `${field.label}${field.isRequired ? ' *' : ''}`, labels)} `];
	const line: Pieces = [...marks, label, ...valuePieces(props, field, isFocused, width - labels - 4)];
	return problem === undefined ? [line] : [line, [['plain', ' '.repeat(3)], ['bad', problem]]];
};

/** All choices in one line, from where the chosen one can still be seen. */
const choiceLine = (choices: readonly string[], chosen: string, theme: Theme, width: number): Pieces => {
	const index = choices.indexOf(chosen);
	const between = 2;
	let from = 0;
	while (from < index && choices.slice(from, index + 1).reduce((sum, choice) => sum + widthOf(choice) + between, between) > width) {
		from++;
	}

	return [
		['dim', from === 0 ? '' : `${theme.glyphs.ellipsis} `],
		...choices.slice(from).flatMap((choice, at): Pieces => [['plain', at === 0 ? '' : ' '.repeat(between)], [choice === chosen ? 'strong' : 'dim', choice]]),
	];
};

/** What is to be known where the cursor stands: what is wrong in full, else the choices and the hint. */
const hintLines = ({state, overlay, theme}: FormProps, fields: readonly Field[], width: number): readonly Pieces[] => {
	const told = (style: Piece[0], text: string): readonly Pieces[] => text === '' ? [] : wrap(theme, text, width - 2).map(line => [[style, line]]);
	if (overlay.isReading || overlay.isSending) {
		return told('warning', overlay.isReading ? 'being read; esc closes' : 'being sent; esc closes the form, and it goes on');
	}

	const field = fields[overlay.field];
	const problem = overlay.problems[field?.name ?? ''];
	if (problem !== undefined) {
		return told('bad', `! ${problem}`);
	}

	if (!field) {
		return told('dim', overlay.field === fields.length ? 'enter sends it' : 'enter closes the form');
	}

	const choices = field.choices?.(state.settings, overlay.values) ?? [];
	const list = choices.length === 0 ? [] : [choiceLine(choices, valueOf(overlay.values, field), theme, width)];
	return [...list, ...told('dim', field.hint(state.settings, overlay.values))];
};

/** So many lines as there is room for, filled up with empty ones; where there are more it is seen. */
const exactly = (theme: Theme, lines: readonly Pieces[], height: number): readonly Pieces[] => Array.from({length: height}, (_, row) =>
	row === height - 1 && lines.length > height ? [...lines[row]!, ['dim', ` ${theme.glyphs.ellipsis}`]] : lines[row] ?? []);

const buttonPieces = ({overlay}: FormProps, fieldCount: number): Pieces => {
	if (overlay.isReading) {
		return [];
	}

	// The focus is shown by brackets too: reverse video may not be there.
	const button = (name: string, at: number): Piece => overlay.field === fieldCount + at ? ['selected', `[ ${name} ]`] : ['plain', `  ${name}  `];
	return [button(formOf(overlay.form).button, 0), ['plain', ' '.repeat(3)], button('Cancel', 1)];
};

/** The lines of the fields that are in sight: those round the cursor, the problem of its field with it. */
const inSight = (lines: ReadonlyArray<readonly Pieces[]>, focused: number, height: number): readonly Pieces[] => {
	const before = lines.slice(0, focused).flat().length;
	const own = lines[focused]?.length ?? 0;
	const all = lines.flat();
	const start = Math.max(0, Math.min(before - Math.floor((height - own) / 2), all.length - height));
	return all.slice(start, start + height);
};

/** A form in the middle of the screen. */
export const FormBox = (props: FormProps): ReactNode => {
	const {state: {size}, overlay, theme} = props;
	const {glyphs} = theme;
	const form = formOf(overlay.form);
	const fields = overlay.isReading ? [] : fieldsOf(overlay);
	const layout = layoutOf(size);
	const {width} = layout;
	const inner = width - 4;
	const labels = Math.max(...form.fields.map(({label, isRequired}) => widthOf(label) + (isRequired ? 2 : 0)));
	const lines = fields.map((field, index) => fieldLines(props, field, {index, labels, width: inner}));
	const shown = inSight(lines, overlay.field, layout.fields);
	const edge = theme.paint('accent', glyphs.vertical);
	const framed = (pieces: Pieces): string => `${edge} ${fitPieces(theme, pieces, inner)} ${edge}`;
	const isCut = shown.length < lines.flat().length;
	const title: Pieces = [['strong', form.title(overlay.values)], ['dim', isCut ? `  ${Math.min(overlay.field + 1, fields.length)}/${fields.length}` : '']];
	const drawn = [
		ruleOf(theme, [glyphs.topLeft, glyphs.topRight], title, width),
		...shown.map(pieces => framed(pieces)),
		...layout.hasRule ? [ruleOf(theme, [glyphs.teeLeft, glyphs.teeRight], [], width)] : [],
		...exactly(theme, hintLines(props, fields, inner), hintHeight).map(pieces => framed(pieces)),
		framed(buttonPieces(props, fields.length)),
		ruleOf(theme, [glyphs.bottomLeft, glyphs.bottomRight], [['dim', '* needed  tab moves  left/right choose  esc closes']], width),
	];
	const top = Math.max(1, Math.min(Math.floor((size.rows - drawn.length) / 2), size.rows - drawn.length - 2));

	return (
		<Box position='absolute' flexDirection='column' marginLeft={Math.floor((size.columns - width) / 2)} marginTop={top} width={width}>
			{drawn.map((line, index) => <Line key={index} text={line}/>)}
		</Box>
	);
};
