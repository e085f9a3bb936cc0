/* eslint-disable unicorn/no-process-exit -- this file is a program */
import module from 'node:module';
import process from 'node:process';

// As the product does: the compile cache first, then what it is for.
module.enableCompileCache();
const [{render, Text}, {createElement}] = await Promise.all([import('ink'), import('react')]);
render(createElement(Text, null, 'cronsole'), {alternateScreen: true});
process.stdin.once('data', () => {
	process.exit();
});
