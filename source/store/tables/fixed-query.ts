import {
	type Compilable,
	type CompiledQuery,
	type Kysely,
	type QueryResult,
} from 'kysely';
import {type Schema} from '../schema.js';

type Values = Readonly<Record<string, string | number | null>>;

/** Stands for a value while the query is built. */
class Placeholder {
	readonly name: string;
	constructor(name: string) {
		this.name = name;
	}
}

const placeholders = new Proxy({}, {get: (_target, name) => new Placeholder(String(name))});

/**
 A query whose text is always the same, for what every step writes: building and compiling it takes longer than running it, so that is done at its
 first use only. What `build` is given may only be handed on as values.
 */
export const createFixedQuery = <V extends Values>(build: (db: Kysely<Schema>, values: V) => Compilable): ((db: Kysely<Schema>, values: V) => Promise<QueryResult<unknown>>) => {
	let compiled: CompiledQuery | undefined;

	return async (db, values) => {
		compiled ??= build(db, placeholders as V).compile();
		return db.executeQuery({...compiled, parameters: compiled.parameters.map(value => value instanceof Placeholder ? values[value.name] : value)});
	};
};
