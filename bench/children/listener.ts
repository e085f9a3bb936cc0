import {createServer} from 'node:net';
import process from 'node:process';
import BetterSqlite from 'better-sqlite3';
import {systemClock} from '../../source/domain/clock.js';
import {openStore} from '../../source/store/open-store.js';

const [database = '', socket = ''] = process.argv.slice(2);
const store = await openStore({path: database, clock: systemClock});
const raw = new BetterSqlite(database, {readonly: true});
const newest = raw.prepare('select max(id) from activity').pluck();

const tell = (by: 'ours' | 'limit', id: unknown): void => {
	process.send!({by, id, at: Number(process.hrtime.bigint()) / 1e6});
};

await store.onRing(async () => {
	const [row] = await store.read.activity.list({limit: 1});
	tell('ours', row?.id);
});
createServer(connection => {
	connection.destroy();
	tell('limit', newest.get());
}).listen(socket, () => {
	process.send!('ready');
});
process.once('disconnect', () => {
	process.exit(0);
});
