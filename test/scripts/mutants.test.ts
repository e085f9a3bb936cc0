import {pathToFileURL} from 'node:url';
import path from 'node:path';
import {expect, test} from 'vitest';
import {root} from '../docs/pages.js';

type Mutant = {readonly name: string; readonly file: string; readonly find: string; readonly replace: string; readonly tests: readonly string[]};

const {mutants, problemsOf} = await import(pathToFileURL(path.join(root, 'scripts/mutants-table.js')).href) as {
	readonly mutants: readonly Mutant[]; readonly problemsOf: (mutant: Mutant, root: string) => readonly string[];
};

test('every promise that can be taken away stands once in its file, and the tests that must miss it are there', () => {
	expect(mutants.length).toBeGreaterThanOrEqual(25);
	expect(mutants.flatMap(mutant => problemsOf(mutant, root))).toEqual([]);
});

test('every mutant has a name of its own and tests, and changes something', () => {
	expect(new Set(mutants.map(({name}) => name)).size).toBe(mutants.length);
	expect(mutants.filter(({find, replace, tests}) => find === replace || tests.length === 0)).toEqual([]);
});

test('a place that is gone, or is there twice, is said with its file', () => {
	const [mutant] = mutants;
	expect(problemsOf({...mutant!, find: 'what nobody wrote'}, root)).toEqual([`${mutant!.name}: \`what nobody wrote\` stands 0 times in ${mutant!.file}, not once`]);
	expect(problemsOf({...mutant!, find: 'import'}, root)[0]).toMatch(/stands \d+ times/);
});
