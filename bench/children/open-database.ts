import process from 'node:process';
import BetterSqlite from 'better-sqlite3';

// The least that can have the database open.
const database = new BetterSqlite(process.argv[2]);
database.prepare('select count(*) from vms').get();
setInterval(() => database.name, 1_000_000);
console.log('open');
