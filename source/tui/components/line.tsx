import {Text} from 'ink';
import {memo, type ReactNode} from 'react';

/** One row of the screen: fitted and painted before, so that an unchanged one costs nothing. */
export const Line = memo(({text}: {readonly text: string}): ReactNode => <Text wrap='truncate'>{text}</Text>);
