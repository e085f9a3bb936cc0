import {type Database, openSqlite} from './sqlite.js';

/** A kind of database that this version does not know: exit 2. */
export class UnsupportedDatabase extends Error {
	override readonly name = 'UnsupportedDatabase';
	/** What to do about it. */
	readonly hint: string;

	constructor(message: string, hint: string) {
		super(message);
		this.hint = hint;
	}
}

/** Opens the database that the path names. */
export const connect = async (path: string, waitMs?: number): Promise<Database> => {
	if (/^postgres(?:ql)?:\/\//i.test(path)) {
		throw new UnsupportedDatabase('PostgreSQL is not in this version: cronsole keeps its database in a file.', 'Name a file: --database /var/lib/cronsole/cronsole.db.');
	}

	return openSqlite(path, waitMs);
};
