/**
 Loaded into every process of the torture before its own code (`node --import`): the triggers of signals-world.ts may ask
 who writes and when, and each call that changes something on the cluster is written down as it goes out.
 */
import diagnostics from 'node:diagnostics_channel';
import fs from 'node:fs';
import process from 'node:process';
import Database from 'better-sqlite3';

/** Microseconds of the machine: the same clock for every process. */
const moment = () => Number(process.hrtime.bigint() / 1000n);

const known = new WeakSet();
const {prepare} = Database.prototype;
Database.prototype.prepare = function (sql) {
	if (!known.has(this)) {
		known.add(this);
		this.function('writer', () => process.pid);
		this.function('moment', moment);
	}

	return Reflect.apply(prepare, this, [sql]);
};

diagnostics.subscribe('undici:client:sendHeaders', ({request: {method, path}}) => {
	if (method !== 'GET' && path.startsWith('/api2/')) {
		fs.appendFileSync(process.env.CRONSOLE_WITNESS, `${JSON.stringify([moment(), process.pid, method, path])}\n`);
	}
});
