import {type RawBuilder, sql} from 'kysely';

/** Any number of values as one JSON parameter: the query's text stays the same, so it is prepared once. */
export const isOneOf = (values: ReadonlyArray<string | number>): RawBuilder<unknown> => sql`in (select value from json_each(${JSON.stringify(values)}))`;
