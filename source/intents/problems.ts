import * as z from 'zod';
import {findNearest, suggest} from '../domain/suggest.js';

/** What is wrong with one place of an input. */
export type Problem = {
	readonly path: ReadonlyArray<string | number>;
	readonly message: string;
	/** Whether the key itself is wrong, not its value. */
	readonly isKey: boolean;
};

/** How many unknown keys are compared with the known ones: their number is in other hands. */
const mostSuggested = 20;

/** An object that takes only these keys; others are problems, with the one that was probably meant. */
export const strict = <Shape extends z.core.$ZodLooseShape>(shape: Shape) => z.strictObject(shape, {
	error(issue) {
		// One line for each key, in their order: listProblems() takes them apart again.
		return issue.code === 'unrecognized_keys' ? issue.keys.map((key, index) => index < mostSuggested ? `unknown key, ${suggest(key, Object.keys(shape))}` : 'unknown key').join('\n') : undefined;
	},
});

const kinds: Readonly<Record<string, string>> = {
	string: 'a text', number: 'a number', int: 'a whole number', boolean: 'true or false', array: 'a list', object: 'a map of keys', record: 'a map of keys', null: 'null', tuple: 'a list',
};

const sizeProblem = (issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig): string => {
	const [limit, isMinimum] = issue.code === 'too_small' ? [issue.minimum, true] : [issue.maximum, false];
	if (issue.origin === 'string') {
		return isMinimum ? (limit === 1 ? 'must not be empty' : `must have at least ${limit} characters`) : `must have at most ${limit} characters`;
	}

	const most = isMinimum ? 'at least' : 'at most';
	return issue.origin === 'array' ? `needs ${most} ${limit} of them` : `must be ${most} ${limit}`;
};

const choiceProblem = ({values, input}: z.core.$ZodIssueInvalidValue): string => {
	const options = values.map(String);
	const nearest = typeof input === 'string' ? findNearest(input, options) : undefined;
	return `must be one of ${options.join(', ')}${nearest === undefined ? '' : `; did you mean ${nearest}?`}`;
};

const describe = (issue: z.core.$ZodIssue): string => {
	const isMissing = issue.input === undefined;
	switch (issue.code) {
		case 'invalid_type': {
			return isMissing ? 'is missing' : `must be ${kinds[issue.expected] ?? issue.expected}`;
		}

		case 'invalid_value': {
			return isMissing ? 'is missing' : choiceProblem(issue);
		}

		case 'too_small':
		case 'too_big': {
			return sizeProblem(issue);
		}

		case 'not_multiple_of': {
			return `must be a multiple of ${issue.divisor}`;
		}

		case 'invalid_union': {
			const options = 'options' in issue && Array.isArray(issue.options) ? issue.options.map(String).join(', ') : undefined;
			return isMissing ? 'is missing' : (options === undefined ? issue.message : `must be one of ${options}`);
		}

		case 'custom':
		case 'invalid_format':
		case 'invalid_element':
		case 'invalid_key':
		case 'unrecognized_keys': {
			return issue.message;
		}
	}
};

const problemsOf = (issue: z.core.$ZodIssue): readonly Problem[] => {
	const path = issue.path.map(part => typeof part === 'number' ? part : String(part));
	if (issue.code === 'unrecognized_keys') {
		const lines = issue.message.split('\n');
		return issue.keys.map((key, index) => ({path: [...path, key], message: lines[index] ?? 'unknown key', isKey: true}));
	}

	return issue.code === 'invalid_key' ? listProblems(issue.issues).map(({message}) => ({path, message, isKey: true})) : [{path, message: describe(issue), isKey: false}];
};

/** Zod's issues in words that name no library, the first of each place: what follows it is most often its consequence. */
export const listProblems = (issues: readonly z.core.$ZodIssue[]): readonly Problem[] => {
	const firsts = new Map<string, Problem>();
	for (const problem of issues.flatMap(issue => problemsOf(issue))) {
		const place = JSON.stringify(problem.path);
		firsts.set(place, firsts.get(place) ?? problem);
	}

	return firsts.values().toArray();
};

/** `clusters[0].urls[1]`. */
export const pathText = (path: Problem['path']): string => {
	let text = '';
	for (const part of path) {
		text += typeof part === 'number' ? `[${part}]` : `${text === '' ? '' : '.'}${part}`;
	}

	return text;
};
