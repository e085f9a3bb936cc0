import {formatProblem, type Format} from './formats.js';

/** One parameter's rule, as the API checks it. */
export type Rule = {
	readonly type?: 'string' | 'integer' | 'number' | 'boolean';
	readonly required?: boolean;
	readonly enum?: readonly string[];
	readonly minimum?: number;
	readonly maximum?: number;
	readonly minLength?: number;
	readonly maxLength?: number;
	readonly pattern?: RegExp;
	readonly format?: Format;
	/** Several values of the format, separated by comma, semicolon, space or NUL. */
	readonly list?: boolean;
	/** A property string: `key=value,key=value`. */
	readonly keys?: Rules;
	/** The key that a bare value of a property string stands for. */
	readonly isDefaultKey?: boolean;
	/** Another name of that key (`virtio=MAC` says both `model` and `macaddr`). */
	readonly aliasOf?: string;
	readonly alsoNames?: string;
	readonly requires?: string;
	/** Of an indexed rule (`net[n]`): how many there are. */
	readonly count?: number;
	/** The release from which it is known. */
	readonly since?: 9;
	/** The last release that knows it. */
	readonly until?: 8;
};

export type Rules = Readonly<Record<string, Rule>>;

/** The two generations that the simulator speaks. */
export type PveRelease = '9.2' | '8.4';

const unknown = 'property is not defined in schema and the schema does not allow additional properties';
const missing = 'property is missing and it is not optional';
const trueWords = new Set(['1', 'on', 'yes', 'true']);
const falseWords = new Set(['0', 'off', 'no', 'false']);

const isTyped = (type: Rule['type'], value: string, isInString: boolean) => {
	switch (type) {
		case 'integer': {
			return /^[+-]?\d+$/.test(value);
		}

		case 'number': {
			return /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i.test(value);
		}

		case 'boolean': {
			return value === '0' || value === '1' || (isInString && (trueWords.has(value) || falseWords.has(value)));
		}

		case 'string':
		case undefined: {
			return true;
		}
	}
};

const isKnown = (rule: Rule, release: PveRelease) => rule[release === '8.4' ? 'since' : 'until'] === undefined;

/** Finds the rule of a parameter; `net3` is found as `net[n]`. */
export const ruleOf = (rules: Rules, name: string, release: PveRelease): Rule | undefined => {
	const direct = Object.hasOwn(rules, name) ? rules[name] : undefined;
	if (direct && direct.count === undefined) {
		return isKnown(direct, release) ? direct : undefined;
	}

	const [, stem, index] = /^([-a-z]+)(\d+)$/.exec(name) ?? [];
	const indexed = stem === undefined ? undefined : rules[`${stem}[n]`];
	return indexed?.count !== undefined && Number(index) < indexed.count && isKnown(indexed, release) ? indexed : undefined;
};

const rangeProblem = (rule: Rule, value: string) => {
	if (rule.minimum !== undefined && Number(value) < rule.minimum) {
		return `value must have a minimum value of ${rule.minimum}`;
	}

	if (rule.maximum !== undefined && Number(value) > rule.maximum) {
		return `value must have a maximum value of ${rule.maximum}`;
	}

	if (rule.maxLength !== undefined && value.length > rule.maxLength) {
		return `value may only be ${rule.maxLength} characters long`;
	}

	return rule.minLength !== undefined && value.length < rule.minLength ? `value must be at least ${rule.minLength} characters long` : undefined;
};

const problemOf = (path: string, rule: Rule, value: string, release: PveRelease, isInString = false): string | undefined => {
	if (!isTyped(rule.type, value, isInString)) {
		return `type check ('${rule.type}') failed - got '${value}'`;
	}

	if (rule.format !== undefined) {
		const parts = rule.list === true ? value.split(/[\s\0,;]+/).filter(Boolean) : [value];
		const problem = parts.map(part => formatProblem(rule.format!, part)).find(found => found !== undefined);
		if (problem !== undefined) {
			return `invalid format - ${problem}\n`;
		}
	}

	if (rule.keys) {
		const problems = propertyProblems(path, rule.keys, value, release);
		if (problems.length > 0) {
			return `invalid format - format error\n${problems.join('\n')}\n`;
		}
	}

	const range = rangeProblem(rule, value);
	if (range !== undefined) {
		return range;
	}

	if (rule.pattern && !rule.pattern.test(value)) {
		return 'value does not match the regex pattern';
	}

	return rule.enum && !rule.enum.includes(value) ? `value '${value}' does not have a value in the enumeration '${rule.enum.join(', ')}'` : undefined;
};

const propertyProblems = (path: string, keys: Rules, value: string, release: PveRelease): string[] => {
	const problems: string[] = [];
	const seen = new Set<string>();
	const defaultKey = Object.keys(keys).find(name => keys[name]!.isDefaultKey);

	for (const part of value.split(',').filter(Boolean)) {
		const [, given, content = ''] = /^(?:([\w-]+)=)?(.*)$/s.exec(part)!;
		const name = given ?? defaultKey ?? part;
		const rule = Object.hasOwn(keys, name) && isKnown(keys[name]!, release) ? keys[name] : undefined;
		if (!rule) {
			problems.push(`${path}.${name}: ${unknown}`);
			continue;
		}

		const real = rule.aliasOf ?? name;
		seen.add(real).add(rule.alsoNames ?? real);
		const problem = problemOf(`${path}.${name}`, keys[real]!, content, release, true);
		if (problem !== undefined) {
			problems.push(`${path}.${name}: ${problem.trimEnd()}`);
		}
	}

	for (const [name, rule] of Object.entries(keys)) {
		if (rule.required === true && !seen.has(name)) {
			problems.push(`${path}.${name}: ${missing}`);
		}

		if (rule.requires !== undefined && seen.has(name) && !seen.has(rule.requires)) {
			problems.push(`${path}.${rule.requires}: missing property - '${name}' requires this property`);
		}
	}

	return problems;
};

/** Checks the parameters of a call; gives a text for each that is at fault. */
export const verify = (rules: Rules, parameters: Readonly<Record<string, string>>, release: PveRelease): Record<string, string> => {
	const errors: Record<string, string> = {};

	for (const [name, value] of Object.entries(parameters)) {
		const rule = ruleOf(rules, name, release);
		const problem = rule ? problemOf(name, rule, value, release) : unknown;
		if (problem !== undefined) {
			errors[name] = problem;
		}

		if (rule?.requires !== undefined && parameters[rule.requires] === undefined) {
			errors[rule.requires] = `missing property - '${name}' requires this property`;
		}
	}

	for (const [name, rule] of Object.entries(rules)) {
		if (rule.required === true && parameters[name] === undefined && isKnown(rule, release)) {
			errors[name] = missing;
		}
	}

	return errors;
};
