import fs from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import {describe, expect, test} from 'vitest';

const root = path.resolve(import.meta.dirname, '..');

/** Floors from the top; a file may import from its own floor's folder and from lower floors only. */
const floors: ReadonlyArray<readonly string[]> = [
	['cli.tsx'],
	['source/tui/', 'source/commands/', 'source/intake/'],
	['source/demo/'],
	['source/app.ts', 'source/app/', 'source/worker.ts', 'source/config.ts', 'source/config/'],
	['source/scheduler/'],
	['source/tasks/', 'source/intents/'],
	['source/pipelines/'],
	['source/store/', 'source/clients/'],
	['source/domain/'],
];

/** Neighbours on one floor that may not even know each other. */
const strangers: ReadonlyArray<readonly [string, string]> = [
	['source/store/', 'source/clients/'],
	['source/tui/', 'source/commands/'],
	['source/tui/', 'source/intake/'],
];

/** From these floors, stores and clients are known by type only: things are handed in. */
const byTypeOnly = ['source/pipelines/', 'source/tasks/', 'source/intents/'];

const entries = ['cli.tsx', 'source/worker.ts', 'source/simulation/main.ts', 'source/demo/holder.ts'];

type Import = {readonly from: string; readonly to: string; readonly isType: boolean};

const listFiles = (folder: string): string[] => fs.existsSync(path.join(root, folder))
	? fs.readdirSync(path.join(root, folder), {recursive: true, encoding: 'utf8'})
		.filter(name => /\.tsx?$/.test(name))
		.map(name => path.posix.join(folder, name))
	: [];

const sourceFiles = [...listFiles('source'), ...(fs.existsSync(path.join(root, 'cli.tsx')) ? ['cli.tsx'] : [])];

const parse = (file: string): ts.SourceFile => ts.createSourceFile(file, fs.readFileSync(path.join(root, file), 'utf8'), ts.ScriptTarget.Latest, true);

const resolveImport = (from: string, specifier: string): string | undefined => {
	if (!specifier.startsWith('.')) {
		return undefined;
	}

	const stem = path.posix.join(path.posix.dirname(from), specifier).replace(/\.jsx?$/, '');
	return sourceFiles.find(file => file.replace(/\.tsx?$/, '') === stem) ?? stem;
};

const isTypeOnly = (node: ts.ImportDeclaration | ts.ExportDeclaration): boolean => {
	const clause = ts.isImportDeclaration(node) ? node.importClause : node;
	if (!clause) {
		return false;
	}

	if (ts.isImportClause(clause) ? clause.phaseModifier === ts.SyntaxKind.TypeKeyword : clause.isTypeOnly) {
		return true;
	}

	const bindings = ts.isImportClause(clause) ? clause.namedBindings : clause.exportClause;
	const isNamed = bindings && (ts.isNamedImports(bindings) || ts.isNamedExports(bindings));
	return Boolean(isNamed && bindings.elements.length > 0 && bindings.elements.every(element => element.isTypeOnly)
		&& !(ts.isImportClause(clause) && clause.name));
};

const listImports = (file: string): Import[] => {
	const found: Import[] = [];
	const visit = (node: ts.Node): void => {
		if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier)) {
			const to = resolveImport(file, node.moduleSpecifier.text);
			if (to !== undefined) {
				found.push({from: file, to, isType: isTypeOnly(node)});
			}
		}

		if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword && node.arguments[0] && ts.isStringLiteral(node.arguments[0])) {
			const to = resolveImport(file, node.arguments[0].text);
			if (to !== undefined) {
				found.push({from: file, to, isType: false});
			}
		}

		ts.forEachChild(node, visit);
	};

	visit(parse(file));
	return found;
};

const imports = sourceFiles.flatMap(file => listImports(file));
const floorOf = (file: string): number => floors.findIndex(floor => floor.some(place => file === place || (place.endsWith('/') && file.startsWith(place))));

describe('the house', () => {
	test('every file stands on a floor', () => {
		expect(sourceFiles.filter(file => floorOf(file) === -1 && !file.startsWith('source/simulation/'))).toEqual([]);
	});

	test('imports only go down', () => {
		const upward = imports.filter(({from, to}) => floorOf(from) !== -1 && floorOf(to) !== -1 && floorOf(to) < floorOf(from));
		expect(upward.map(({from, to}) => `${from} → ${to}`)).toEqual([]);
	});

	test('store and clients never meet, nor do the screen and the other faces', () => {
		const meetings = imports.filter(({from, to}) => strangers.some(([a, b]) => (from.startsWith(a) && to.startsWith(b)) || (from.startsWith(b) && to.startsWith(a))));
		expect(meetings.map(({from, to}) => `${from} → ${to}`)).toEqual([]);
	});

	test('pipelines, tasks and intents know stores and clients by type only', () => {
		const concrete = imports.filter(({from, to, isType}) => !isType && byTypeOnly.some(place => from.startsWith(place))
			&& (to.startsWith('source/store/') || to.startsWith('source/clients/')) && !/\/(?:client-error|leases|store)\.ts$/.test(to));
		expect(concrete.map(({from, to}) => `${from} → ${to}`)).toEqual([]);
	});

	test('the simulation imports the domain only, and only the demo and its own main reach it', () => {
		const wrong = imports.filter(({from, to}) => (from.startsWith('source/simulation/') && !to.startsWith('source/simulation/') && !to.startsWith('source/domain/'))
			|| (to.startsWith('source/simulation/') && !from.startsWith('source/simulation/') && !from.startsWith('source/demo/')));
		expect(wrong.map(({from, to}) => `${from} → ${to}`)).toEqual([]);
	});

	test('the faces see the app, the verbs and the domain, nothing below', () => {
		const wrong = imports.filter(({from, to, isType}) => /^source\/(?:tui|commands|intake)\//.test(from) && !isType
			&& /^source\/(?:store|clients|pipelines|scheduler|tasks)\//.test(to));
		expect(wrong.map(({from, to}) => `${from} → ${to}`)).toEqual([]);
	});

	test('of the commands the intake knows only how things are written and read, and only the daemon and its own command load it', () => {
		const wrong = imports.filter(({from, to, isType}) => (from.startsWith('source/intake/') && to.startsWith('source/commands/') && !/\/commands\/(?:print\/(?:json\/[\w-]+|times|install-starts)|words\/read-json)\.ts$/.test(to))
			|| (to.startsWith('source/intake/') && !from.startsWith('source/intake/') && !isType && !['source/commands/daemon.ts', 'source/commands/nouns/intake.ts'].includes(from)));
		expect(wrong.map(({from, to}) => `${from} → ${to}`)).toEqual([]);
	});

	test('imports go in no circle', () => {
		const graph = Map.groupBy(imports.filter(({isType}) => !isType), ({from}) => from);
		const circles: string[] = [];
		const done = new Set<string>();
		const walk = (file: string, trail: readonly string[]): void => {
			if (trail.includes(file)) {
				circles.push([...trail.slice(trail.indexOf(file)), file].join(' → '));
				return;
			}

			if (done.has(file)) {
				return;
			}

			for (const {to} of graph.get(file) ?? []) {
				walk(to, [...trail, file]);
			}

			done.add(file);
		};

		for (const file of sourceFiles) {
			walk(file, []);
		}

		expect(circles).toEqual([]);
	});

	test('no file is longer than 250 lines', () => {
		const long = [...sourceFiles, ...listFiles('test'), ...listFiles('bench')]
			.map(file => ({file, lines: fs.readFileSync(path.join(root, file), 'utf8').split('\n').length - 1}))
			.filter(({lines}) => lines > 250);
		expect(long).toEqual([]);
	});

	test('no function is longer than 70 lines', () => {
		const long: string[] = [];
		for (const file of sourceFiles) {
			const source = parse(file);
			const visit = (node: ts.Node): void => {
				if (ts.isFunctionLike(node) && 'body' in node && node.body) {
					const [start, end] = [node.getStart(source), node.getEnd()].map(position => source.getLineAndCharacterOfPosition(position).line);
					if (end! - start! + 1 > 70) {
						long.push(`${file}:${start! + 1} (${end! - start! + 1} lines)`);
					}
				}

				ts.forEachChild(node, visit);
			};

			visit(source);
		}

		expect(long).toEqual([]);
	});

	test('no file is dead', () => {
		const alive = new Set<string>();
		const importsOf = Map.groupBy(imports, ({from}) => from);
		const reach = (file: string): void => {
			if (alive.has(file)) {
				return;
			}

			alive.add(file);
			for (const {to} of importsOf.get(file) ?? []) {
				reach(to);
			}
		};

		for (const entry of entries) {
			reach(entry);
		}

		expect(sourceFiles.filter(file => !alive.has(file))).toEqual([]);
	});
});
