/* eslint-disable unicorn/no-process-exit -- this file is a program */
import module from 'node:module';
import process from 'node:process';

// As the product does: the compile cache first, then what it is for.
module.enableCompileCache();
const [{render, Text}, {default: react}] = await Promise.all([import('ink'), import('react')]);
render(react.createElement(Text, null, 'cronsole'), {alternateScreen: true});
process.stdin.once('data', () => {
	process.exit();
});
