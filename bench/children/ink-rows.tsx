/* eslint-disable unicorn/no-process-exit -- this file is a program */
import process from 'node:process';
import {Box, render, useInput} from 'ink';
import {useEffect, useState, type ReactNode} from 'react';
import {PlainRow} from '../support/plain-row.js';

const rows = 40;

/** The least that Ink can do for a screen that lives: a row counts the keys, one the seconds, the others stay. */
const Screen = (): ReactNode => {
	const [keys, setKeys] = useState(0);
	const [seconds, setSeconds] = useState(0);
	useInput(input => {
		if (input.startsWith('q')) {
			process.exit();
		}

		setKeys(count => count + input.length);
	});
	useEffect(() => {
		const timer = setInterval(() => {
			setSeconds(count => count + 1);
		}, 1000);
		return () => {
			clearInterval(timer);
		};
	}, []);

	return (
		<Box flexDirection='column' width={120} height={rows}>
			<PlainRow name='seconds' state='passed' count={seconds}/>
			<PlainRow name='keys' state={`pressed ${keys}.`} count={keys}/>
			{Array.from({length: rows - 2}, (_, row) => <PlainRow key={row} name={`web${row}.example.net`} state='deploy: clone' count={row}/>)}
		</Box>
	);
};

render(<Screen/>, {
	alternateScreen: true, incrementalRendering: true, interactive: true, patchConsole: false, exitOnCtrlC: false, maxFps: 30,
});
