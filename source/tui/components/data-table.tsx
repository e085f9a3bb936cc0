import {Box} from 'ink';
import {type ReactElement} from 'react';
import {fit} from '../text.js';
import {type Style, type Theme} from '../theme.js';
import {fitColumns, gap, type ColumnSpec} from './columns.js';
import {
	InkTable,
	type TableColumn,
	type TableLine,
	type TableRow,
} from './ink-table.js';
import {Line} from './line.js';

export type DataTableProps = {
	readonly theme: Theme;
	/** The rows in sight only; each has an `id`. */
	readonly data: readonly TableRow[];
	readonly specs: readonly ColumnSpec[];
	readonly styleOf: (row: TableRow, column: string) => Style;
	readonly selectedId: string | null;
	/** Whether the keys go to this table: only then is its selected row marked and in reverse, so that one row on the screen is. */
	readonly isFocused: boolean;
	/** The rule above the headings; the table's place on the screen decides about its ends. */
	readonly rule: string | null;
	readonly width: number;
	readonly height: number;
	/** Said where there are no rows. */
	readonly empty: string;
	readonly hasRightBorder: boolean;
};

const markWidth = 2;

const innerWidth = ({width, hasRightBorder}: DataTableProps): number => width - (hasRightBorder ? 2 : 1);

/**
 ink-table with one text per row instead of a box per cell, no rule between the rows, widths in terminal columns within
 the screen, and rows that keep their identity while their cells change.
 */
export class DataTable extends InkTable<DataTableProps> {
	override separator = (): ReactElement | null => null;
	override footer = (): ReactElement | null => null;

	override header = ({key}: TableLine): ReactElement | null => this.props.rule === null ? null : <Line key={key} text={this.props.rule}/>;

	override heading = ({key, data, columns}: TableLine): ReactElement | null => {
		const {theme} = this.props;
		return <Line key={key} text={this.bordered(theme.paint('dim', `${' '.repeat(markWidth + 2)}${this.cells(data, columns)}`))}/>;
	};

	override data = ({key, data, columns}: TableLine): ReactElement | null => {
		const {theme, selectedId, isFocused} = this.props;
		const isSelected = isFocused && data.id === selectedId;
		const mark = ` ${isSelected ? theme.glyphs.cursor : ' '}${data.flag ?? ' '} `;
		const text = isSelected
			? theme.paint('selected', mark + this.cells(data, columns))
			: theme.paint(data.flag === '!' ? 'alarm' : 'plain', mark) + this.cells(data, columns, column => this.props.styleOf(data, column));
		return <Line key={key} text={this.bordered(text)}/>;
	};

	private cells(row: TableRow, columns: readonly TableColumn[], styleOf?: (column: string) => Style): string {
		const {theme, specs} = this.props;
		const texts = columns.map(({column, width}) => {
			const text = fit(theme, row[column] ?? '', width, specs.find(({key}) => key === column)?.align);
			return styleOf ? theme.paint(styleOf(column), text) : text;
		});
		const used = columns.reduce((sum, {width}) => sum + width, gap * (columns.length - 1));
		return texts.join(' '.repeat(gap)) + ' '.repeat(Math.max(0, innerWidth(this.props) - markWidth - 2 - used));
	}

	private bordered(text: string): string {
		const {theme, hasRightBorder} = this.props;
		const border = theme.paint('dim', theme.glyphs.vertical);
		return border + text + (hasRightBorder ? border : '');
	}

	override getColumns(): readonly TableColumn[] {
		const {specs, data, width, hasRightBorder} = this.props;
		return fitColumns(specs, data, width - markWidth - 3 - (hasRightBorder ? 2 : 1));
	}

	override getHeadings(): TableRow {
		return Object.fromEntries(this.props.specs.map(({key, title}) => [key, title]));
	}

	override render(): ReactElement | null {
		const {theme, data, height, empty} = this.props;
		const columns = this.getColumns();
		const blanks = Math.max(0, height - data.length);
		const blank = (text: string) => {
			const fitted = fit(theme, text, innerWidth(this.props));
			return this.bordered(theme.paint('dim', fitted));
		};

		return (
			<Box flexDirection='column' width={this.props.width}>
				{this.header({key: 'header', columns, data: {}})}
				{this.heading({key: 'heading', columns, data: this.getHeadings()})}
				{data.slice(0, height).map(row => this.data({key: row.id!, columns, data: row}))}
				{Array.from({length: blanks}, (_, index) => {
					const text = index === 0 && data.length === 0 ? `${' '.repeat(markWidth + 2)}${empty}` : '';
					return <Line key={`blank-${index}`} text={blank(text)}/>;
				})}
			</Box>
		);
	}
}
