import {
	isMap,
	isPair,
	isScalar,
	isSeq,
	LineCounter,
	parseDocument,
	type Document,
	type Node,
	visit,
} from 'yaml';
import {pathText, type Problem} from '../intents/problems.js';

/** A config's text: its values, what is wrong with it as YAML, and the line of each place. */
export type YamlText = {
	readonly value: unknown;
	readonly problems: ReadonlyArray<{readonly line: number; readonly message: string}>;
	/** The line of a value, or of its key; for what is missing the line of what it is missing in. */
	readonly lineOf: (path: Problem['path'], isKey: boolean) => number;
};

const plainMessage = (code: string, message: string): string => {
	switch (code) {
		case 'MULTIPLE_DOCS': {
			return 'another document begins here: the config is one';
		}

		case 'TAG_RESOLVE_FAILED': {
			return 'tags such as !name are not used in the config';
		}

		default: {
			return message.split('\n', 1)[0]!;
		}
	}
};

/** The path of the key that begins there. */
const pathAt = (document: Document, at: number): Problem['path'] => {
	const path: Array<string | number> = [];
	visit(document, {
		Pair(_key, pair, ancestors) {
			if (!isScalar(pair.key) || pair.key.range?.[0] !== at) {
				return undefined;
			}

			for (const [index, ancestor] of [...ancestors, pair].entries()) {
				if (isPair(ancestor) && isScalar(ancestor.key)) {
					path.push(String(ancestor.key.value));
				} else if (isSeq(ancestor)) {
					path.push(ancestor.items.indexOf(ancestors[index + 1]));
				}
			}

			return visit.BREAK;
		},
	});
	return path;
};

/** Reads YAML so that every place can be named by its line. */
export const readYamlText = (text: string): YamlText => {
	const lines = new LineCounter();
	const document = parseDocument(text, {
		lineCounter: lines, prettyErrors: false, uniqueKeys: true, logLevel: 'error',
	});
	const problems: Array<{line: number; message: string}> = [...document.errors, ...document.warnings].map(({pos, code, message}) => ({
		line: lines.linePos(pos[0]).line,
		message: code === 'DUPLICATE_KEY' ? `${pathText(pathAt(document, pos[0]))}: this key stands there twice` : plainMessage(code, message),
	}));
	const lineAt = (node: Node | null | undefined): number | undefined => node?.range ? lines.linePos(node.range[0]).line : undefined;

	const keyLine = (path: Problem['path']): number | undefined => {
		const parent: unknown = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
		const pair = isMap(parent) ? parent.items.find(item => isPair(item) && isScalar(item.key) && String(item.key.value) === path.at(-1)) : undefined;
		return isScalar(pair?.key) ? lineAt(pair.key) : undefined;
	};

	let value: unknown = null;
	if (document.errors.every(({code}) => code === 'DUPLICATE_KEY')) {
		try {
			value = document.toJS({maxAliasCount: 100});
		} catch (error) {
			problems.push({line: 1, message: (error as Error).message.split('\n', 1)[0]!});
		}
	}

	return {
		value,
		problems,
		lineOf(path, isKey) {
			for (let {length} = path; length > 0; length--) {
				const part = path.slice(0, length);
				// The line of `key:` is where one looks, wherever its value begins.
				const line = keyLine(part) ?? (isKey && length === path.length ? undefined : lineAt(document.getIn(part, true) as Node | undefined));
				if (line !== undefined) {
					return line;
				}
			}

			return lineAt(document.contents) ?? 1;
		},
	};
};
