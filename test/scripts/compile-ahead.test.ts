import path from 'node:path';
import vm from 'node:vm';
import {pathToFileURL} from 'node:url';
import ts from 'typescript';
import {describe, expect, it} from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const {compileAhead} = await import(pathToFileURL(path.join(root, 'scripts/compile-ahead.js')).href) as {
	readonly compileAhead: (text: string, calls: ReadonlySet<string>) => string;
};

const isFunction = (node: ts.Node): boolean => ts.isFunctionDeclaration(node) || ts.isFunctionExpression(node) || ts.isArrowFunction(node) || ts.isMethodDeclaration(node);

/** As V8 gives them, as if every function had been called. */
const listPlaces = (text: string): Set<string> => {
	const file = ts.createSourceFile('text.js', text, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
	const placesIn = (node: ts.Node): readonly string[] => [
		...isFunction(node) ? [`${node.getStart(file)}-${node.end}`] : [],
		...node.getChildren(file).flatMap(child => placesIn(child)),
	];
	return new Set(placesIn(file));
};

const ahead = (text: string): string => compileAhead(text, listPlaces(text));

/** What the statements answer as `told`, as they stand and compiled ahead. */
const runBoth = (text: string): readonly unknown[] => [text, ahead(text)].map(one => structuredClone(new vm.Script(`'use strict';${one};told`).runInNewContext({Promise})));

const body = 'const words = []; for (const one of list) { words.push(one + "-" + list.length); if (words.length > 7) { words.reverse(); } } return words.join(" ");';

describe('functions that are compiled with their file', () => {
	it.each([
		['a declaration', `function join(list) { ${body} }`],
		['a function without a name', `const join = function (list) { ${body} };`],
		['an arrow', `const join = list => { ${body} };`],
		['an async function in a call', `setTimeout(async function (list) { ${body} });`],
		['a property of a bundle', `const modules = {"node_modules/join.js"(list) { ${body} }};`],
		['one within another', `const outer = () => { function join(list) { ${body} } return join; };`],
	])('%s: V8 has its code before it was called', (_, text) => {
		const sizeOf = (one: string): number => new vm.Script(one).createCachedData().length;
		expect(sizeOf(ahead(text))).toBeGreaterThan(sizeOf(text) + 150);
	});

	it.each([
		['a declaration is there before its line, and knows its name', 'const before = late(2); function late(x) { return x * inner(x); function inner(y) { return y + 1; } } const told = [before, late.name, late.length];'],
		['directives and imports of a function stay first', 'const run = function () { "use strict"; return deep(); function deep() { return this === undefined; } }; const told = run();'],
		['two that call each other', 'const told = isEven(10); function isEven(n) { return n === 0 || isOdd(n - 1); } function isOdd(n) { return n !== 0 && isEven(n - 1); }'],
		['a generator and an async one', 'function* count() { yield 1; yield 2; } async function later() { return 3; } const told = [[...count()], later() instanceof Promise, count.name];'],
		['a name that is made twice', 'const told = (() => { var twice = 1; { function twice2() { return 2; } } function f(a) { var g = a; return g; function g() {} } return [twice, f(5), typeof twice2]; })();'],
		['a parameter of the same name', 'const told = (function (f) { function f() { return 1; } return typeof f; })(3);'],
		['a constructor with methods', 'function Shape(side) { this.side = side; } Shape.prototype.area = function () { return this.side ** 2; }; const told = [new Shape(3).area(), Shape.prototype.constructor === Shape];'],
		['a method with super, a getter, a setter, a computed and an async one', 'const base = {say() { return "base"; }}; const own = {__proto__: base, say() { return "own " + super.say(); }, get two() { return 2; }, ["c" + 1]() { return 3; }, async later() { return 4; }, *all() { yield 5; }}; const told = [own.say(), own.two, own.c1(), [...own.all()], own.say.name];'],
		['a property named __proto__', 'const make = () => 1; const odd = {__proto__() { return 1; }}; const told = [make(), Object.hasOwn(odd, "__proto__"), Object.getPrototypeOf(odd) === Object.prototype];'],
		['defaults, what is spread, what is taken apart', 'function f({a = () => 1, ...rest}, [b] = [function () { return 2; }]) { return [a(), b(), Object.keys(rest)]; } const told = f({c: 3});'],
		['a class and its methods', 'const Named = class { static make() { return new Named(); } who() { return (() => this.constructor.name)(); } }; const told = Named.make().who();'],
		// eslint-disable-next-line no-template-curly-in-string -- A template in a text.
		['a comment, a template and an expression between functions', 'const a = /* ( */ () => `}${(() => ")")()}`; const b = () => /[)}]/.test(a()); const told = [a(), b()];'],
	])('%s: it does the same', (_, text) => {
		const [as, then] = runBoth(text);
		expect(then).toEqual(as);
		expect(ahead(text)).not.toBe(text);
	});

	it('what was not called stays as it is, to the letter', () => {
		const text = '#!/usr/bin/env node\nimport a from "a";\nfunction f() { return () => 1; }\nexport {f as g};\n';
		expect(compileAhead(text, new Set())).toBe(text);
	});

	it('imports stay before the functions of a file, exports after them', () => {
		expect(ahead('#!/usr/bin/env node\nimport a from "a";import b from "b";const c=1;function f(){return c}export{f as g};'))
			.toBe('#!/usr/bin/env node\nimport a from "a";import b from "b";var f=(function (){return c});const c=1;export{f as g};');
	});
});
