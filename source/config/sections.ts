import * as z from 'zod';
import {listProblems, type Problem} from '../intents/problems.js';

/** A value with its place in the file. */
export type Placed<T> = {readonly path: Problem['path']; readonly value: T};

export type NamedPlace<T> = Placed<T> & {readonly name: string};

/** Reads sections one by one and row by row, so that one bad row hides nothing of the others. */
export type Sections = {
	/** A whole section; absent or empty is `{}` (or nothing, where `isOptional`). Undefined where something is wrong. */
	readonly one: <T>(key: string, schema: z.ZodType<T>) => T | undefined;
	/** Its schema, as those of rows, is made where there is something to read: making it takes longer than reading by it. */
	readonly optional: <T>(key: string, schema: () => z.ZodType<T>) => T | undefined;
	readonly list: <T>(key: string, schema: () => z.ZodType<T>) => ReadonlyArray<Placed<T>>;
	readonly named: <T>(key: string, schema: () => z.ZodType<T>, nameSchema: z.ZodType<string>) => ReadonlyArray<NamedPlace<T>>;
	/** Every name in a section, those of rows with problems too: what refers to them is right. */
	readonly names: (key: string) => readonly string[];
};

const anyRows = z.array(z.unknown());

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);

export const createSections = (raw: Readonly<Record<string, unknown>>, report: (problem: Problem) => void): Sections => {
	const parse = <T>(path: Problem['path'], schema: z.ZodType<T>, value: unknown): T | undefined => {
		// Used once: compiling a schema takes longer than reading by it.
		const result = schema.safeParse(value, {reportInput: true, jitless: true});
		if (result.success) {
			return result.data;
		}

		for (const problem of listProblems(result.error.issues)) {
			report({...problem, path: [...path, ...problem.path]});
		}

		return undefined;
	};

	const placed = <T>(path: Problem['path'], schema: z.ZodType<T>, value: unknown): ReadonlyArray<Placed<T>> => {
		const parsed = parse(path, schema, value);
		return parsed === undefined ? [] : [{path, value: parsed}];
	};

	return {
		one: (key, schema) => parse([key], schema, raw[key] ?? {}),
		optional: (key, schema) => raw[key] === undefined || raw[key] === null ? undefined : parse([key], schema(), raw[key]),
		list(key, schema) {
			const rows = parse([key], anyRows, raw[key] ?? []) ?? [];
			if (rows.length === 0) {
				return [];
			}

			const rowSchema = schema();
			return rows.flatMap((row, index) => placed([key, index], rowSchema, row));
		},
		named(key, schema, nameSchema) {
			const rows = raw[key] ?? {};
			if (!isMap(rows)) {
				report({path: [key], message: 'must be a map of keys', isKey: false});
				return [];
			}

			const entries = Object.entries(rows);
			if (entries.length === 0) {
				return [];
			}

			const rowSchema = schema();
			return entries.flatMap(([name, row]) => {
				const checked = nameSchema.safeParse(name);
				if (!checked.success) {
					report({path: [key, name], message: checked.error.issues[0]!.message, isKey: true});
				}

				return placed([key, name], rowSchema, row).map(place => ({...place, name: checked.data ?? name}));
			});
		},
		names(key) {
			const rows = raw[key];
			return Array.isArray(rows)
				? rows.flatMap((row: unknown) => isMap(row) && typeof row.name === 'string' ? [row.name] : [])
				: (isMap(rows) ? Object.keys(rows) : []);
		},
	};
};
