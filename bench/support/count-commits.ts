import BetterSqlite from 'better-sqlite3';

/** How many transactions those connections committed that were opened, and first wrote, while it counts. */
export const createCommitCount = () => {
	let count = 0;
	const {prepare} = BetterSqlite.prototype;
	BetterSqlite.prototype.prepare = function (this: BetterSqlite.Database, text: string) {
		const statement = prepare.call(this, text);
		if (text === 'commit' && !this.readonly) {
			const run = statement.run.bind(statement) as () => BetterSqlite.RunResult;
			statement.run = () => {
				count++;
				return run();
			};
		}

		return statement;
	} as typeof prepare;

	return {
		count: () => count,
		stop() {
			BetterSqlite.prototype.prepare = prepare;
		},
	};
};
