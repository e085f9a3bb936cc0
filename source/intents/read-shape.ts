import type * as z from 'zod';
import {safeText} from '../domain/safe-text.js';
import {listProblems, pathText} from './problems.js';
import {Refused} from './refused.js';

/** Checks the shape of an input, which is called `what`; every problem stands in the refusal. */
export const readShape = <S extends z.ZodType>(schema: S, given: unknown, what: string, hint: string): z.infer<S> => {
	const result = schema.safeParse(given, {reportInput: true});
	if (result.success) {
		return result.data;
	}

	const problems = listProblems(result.error.issues).map(({path, message}) => path.length === 0 ? `${what} ${message}` : `${pathText(path)}: ${message}`);
	throw new Refused('invalid', safeText(problems.join('; '), 2000), hint, problems.map(problem => safeText(problem, 400)));
};
