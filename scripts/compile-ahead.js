import ts from 'typescript';

const isFunction = node => ts.isFunctionDeclaration(node) || ts.isFunctionExpression(node) || ts.isArrowFunction(node) || ts.isMethodDeclaration(node);

const childrenOf = node => {
	const children = [];
	ts.forEachChild(node, child => {
		children.push(child);
	});
	return children;
};

const has = (node, isWanted) => isWanted(node) || childrenOf(node).some(child => has(child, isWanted));

const namesIn = name => ts.isIdentifier(name) ? [name.text] : name.elements.flatMap(element => element.name === undefined ? [] : namesIn(element.name));

// Every name that is made in a function, but not in the functions in it; one that is made twice stands there twice.
const namesOf = node => childrenOf(node).flatMap(child => {
	const isNamed = child.name !== undefined && (ts.isVariableDeclaration(child) || ts.isParameter(child) || ts.isFunctionDeclaration(child) || ts.isClassDeclaration(child));
	return [...isNamed ? namesIn(child.name) : [], ...isFunction(child) ? [] : namesOf(child)];
});

// Where statements stand whose functions are there from the beginning: the file's own, or those of a function.
const createScope = (owner, body) => ({body, names: namesOf(owner), first: []});

const mayBeVariable = ({name}, scope) => name !== undefined && scope.names.filter(one => one === name.text).length === 1;

const mayBeProperty = node => node.modifiers === undefined && node.asteriskToken === undefined && ts.isObjectLiteralExpression(node.parent)
	&& !ts.isComputedPropertyName(node.name) && node.name.text !== '__proto__' && !has(node, ({kind}) => kind === ts.SyntaxKind.SuperKeyword);

// Has V8 compile functions with the file in which they stand, instead of one by one when they are called, so that Node's code cache holds them: that is what it
// does with a function in parentheses. A declaration becomes a variable that is made before all else, as declarations are; methods of classes stay as they are.
// `calls` has the places of those functions, as V8 tells them: `start-end` in the text.
export const compileAhead = (text, calls) => {
	const file = ts.createSourceFile('bundle.js', text, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);

	const writeParts = (node, from, scope) => {
		let at = from;
		let written = '';
		for (const child of childrenOf(node).filter(one => one.getStart(file) >= from)) {
			const start = child.getStart(file);
			written += text.slice(at, start) + write(child, scope);
			at = child.end;
		}

		return written + text.slice(at, node.end);
	};

	// Before its statements what is to be there from the beginning; directives and imports stay first.
	const writeStatements = (node, start, scope) => {
		const next = node.statements.find(statement => !ts.isImportDeclaration(statement) && !(ts.isExpressionStatement(statement) && ts.isStringLiteral(statement.expression)));
		const written = writeParts(node, start, scope);
		const at = (next?.getStart(file) ?? node.end) - start;
		return written.slice(0, at) + scope.first.join('') + written.slice(at);
	};

	const write = (node, scope) => {
		const start = node.getStart(file);
		if (node === scope.body) {
			return writeStatements(node, start, scope);
		}

		const inner = isFunction(node) && node.body !== undefined && ts.isBlock(node.body) ? createScope(node, node.body) : scope;
		const isCalled = isFunction(node) && calls.has(`${start}-${node.end}`);
		if (isCalled && ts.isFunctionDeclaration(node) && scope.body === node.parent && mayBeVariable(node, scope)) {
			scope.first.push(`var ${node.name.text}=(${text.slice(start, node.name.getStart(file))}${writeParts(node, node.name.end, inner)});`);
			return '';
		}

		const written = writeParts(node, start, inner);
		if (isCalled && ts.isMethodDeclaration(node) && mayBeProperty(node)) {
			const end = node.name.end - start;
			return `${written.slice(0, end)}:(function${written.slice(end)})`;
		}

		return isCalled && (ts.isFunctionExpression(node) || ts.isArrowFunction(node)) ? `(${written})` : written;
	};

	return writeStatements(file, 0, createScope(file, file));
};
