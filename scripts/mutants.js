// Takes the product's promises away, one at a time, in a copy of the tree, and sees whether a test misses each; with words, only those whose name has one of them.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {transform} from 'esbuild';
import {execa} from 'execa';
import {mutants, problemsOf} from './mutants-table.js';

const root = path.resolve(import.meta.dirname, '..');
const mostMs = {forAll: 1_200_000, forOne: 300_000};
const words = process.argv.slice(2).map(word => word.toLowerCase());
const wanted = mutants.filter(({name}) => words.length === 0 || words.some(word => name.toLowerCase().includes(word)));
const stopping = new AbortController();
const stop = () => {
	stopping.abort();
};

process.once('SIGINT', stop).once('SIGTERM', stop);

const copyTree = async folder => {
	const {stdout} = await execa('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {cwd: root, stripFinalNewline: false});
	for (const file of stdout.split('\0').filter(name => !['', 'node_modules'].includes(name) && fs.existsSync(path.join(root, name)))) {
		fs.cpSync(path.join(root, file), path.join(folder, file));
	}

	fs.symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
};

// What failed in the copy's tests, each with its title and the first line of why.
const runTests = async (folder, tests, timeout, more = []) => {
	const report = path.join(folder, 'report.json');
	fs.rmSync(report, {force: true});
	const {timedOut, stderr} = await execa(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', '--project', 'parts', '--reporter', 'json', '--outputFile', report, ...more, ...tests], {
		cwd: folder, reject: false, timeout, cancelSignal: stopping.signal,
	});
	stopping.signal.throwIfAborted();
	if (timedOut) {
		return {passed: 0, broken: [], failed: [{title: `no end of ${tests.join(' ')} in ${timeout / 1000} s`, why: 'timed out'}]};
	}

	if (!fs.existsSync(report)) {
		throw new Error(`vitest did not run: ${stderr.slice(-500)}`);
	}

	const {testResults, numPassedTests: passed} = JSON.parse(fs.readFileSync(report, 'utf8'));
	return {
		passed,
		broken: testResults.filter(({status, assertionResults}) => status === 'failed' && assertionResults.every(one => one.status !== 'failed')).map(({message}) => message),
		failed: testResults.flatMap(({assertionResults}) => assertionResults).filter(({status}) => status === 'failed')
			.map(({fullName, failureMessages}) => ({title: fullName, why: (failureMessages[0] ?? '').split('\n', 1)[0]})),
	};
};

// A mutant that only does not compile, or names what is not there, proves nothing.
const isOfLoading = ({why}) => /^(?:SyntaxError|ReferenceError)/.test(why);

const tryMutant = async ({file, find, replace, tests}, folder) => {
	const target = path.join(folder, file);
	const source = fs.readFileSync(target, 'utf8');
	const mutated = source.replace(find, () => replace);
	await transform(mutated, {loader: file.endsWith('x') ? 'tsx' : 'ts'});
	fs.writeFileSync(target, mutated);
	try {
		const {failed, broken} = await runTests(folder, tests, mostMs.forOne, ['--bail', '1', '--retry', '0']);
		const unloadable = broken[0] ?? failed.find(one => isOfLoading(one))?.why;
		return failed.find(one => !isOfLoading(one)) ?? (unloadable === undefined ? undefined : {title: null, why: unloadable});
	} finally {
		fs.writeFileSync(target, source);
	}
};

const tryAll = async folder => {
	const all = [...new Set(wanted.flatMap(({tests}) => tests))];
	const before = await runTests(folder, all, mostMs.forAll);
	if (before.failed.length + before.broken.length > 0) {
		throw new Error(`not green without a mutant: ${[...before.failed.map(({title, why}) => `${title}: ${why}`), ...before.broken].join('; ')}`);
	}

	console.log(`${before.passed} tests of ${all.length} files are green without a mutant.\n\n| promise taken away | killed by | s |\n|---|---|---|`);
	let left = 0;
	for (const mutant of wanted) {
		const startedAt = performance.now();
		const killer = await tryMutant(mutant, folder);
		const isKilled = typeof killer?.title === 'string';
		left += Number(!isKilled);
		const by = isKilled ? `${killer.title}${/timed out/i.test(killer.why) ? ' (waited for in vain)' : ''}` : (killer ? `**DOES NOT LOAD**: ${killer.why}` : '**SURVIVED**');
		console.log(`| ${mutant.name} | ${by.replaceAll('|', String.raw`\|`)} | ${((performance.now() - startedAt) / 1000).toFixed(1)} |`);
	}

	console.log(`\n${wanted.length - left} of ${wanted.length} killed.`);
	return left;
};

const problems = wanted.flatMap(mutant => problemsOf(mutant, root));
if (wanted.length === 0 || problems.length > 0) {
	console.error(wanted.length === 0 ? `No mutant has ${words.join(' or ')} in its name.` : problems.join('\n'));
	process.exitCode = 1;
} else {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cronsole-mutants-'));
	try {
		await copyTree(folder);
		process.exitCode = await tryAll(folder) > 0 ? 1 : 0;
	} catch (error) {
		console.error(error.message);
		process.exitCode = 1;
	} finally {
		fs.rmSync(folder, {recursive: true, force: true});
	}
}
