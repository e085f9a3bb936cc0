import {expect, test} from 'vitest';
import {sampleVariables} from '../../source/clients/mail/templates/all-templates.js';
import {messageNames} from '../../source/domain/message.js';
import {findPage} from './pages.js';

/** The rows of the table that begins with that heading: their first cell, and the names in the second. */
const rowsOf = (heading: string): ReadonlyArray<readonly [name: string, names: readonly string[]]> => {
	const table = findPage('docs/guide/mail.md').text.split(`${heading}\n|---|---|\n`)[1]!.split('\n\n', 1)[0]!;
	return table.split('\n').map(row => {
		const [name, said] = row.split('|').slice(1);
		return [name!.replaceAll(/[ `]/g, ''), said!.match(/[^ `]+/g)!];
	});
};

test('the guide has each message with its variables, and says what each of them is', () => {
	const variables = messageNames.map(name => [name, Object.keys(sampleVariables(name))] as const);
	expect(Object.fromEntries(rowsOf('| message | variables |').map(([name, names]) => [name, names.toSorted()])))
		.toEqual(Object.fromEntries(variables.map(([name, names]) => [name, names.toSorted()])));
	expect(rowsOf('| variable | is |').map(([name]) => name).toSorted()).toEqual([...new Set(variables.flatMap(([, names]) => names))].toSorted());
});
