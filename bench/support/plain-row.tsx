import {Text} from 'ink';
import {memo, type ReactNode} from 'react';

/** A row as plain as Ink can draw one that has colours: the measure of all screens here. */
export const PlainRow = memo(({name, state, count}: {readonly name: string; readonly state: string; readonly count: number}): ReactNode => (
	<Text wrap='truncate'>
		<Text dimColor>│</Text>
		<Text bold>{name.padEnd(28)}</Text>
		<Text color='cyan'>{state.padEnd(20)}</Text>
		<Text>{String(count).padStart(10)}</Text>
		<Text dimColor>{'what it waits for and since when, in some words'.padEnd(60)}</Text>
		<Text dimColor>│</Text>
	</Text>
));
