import {safeText} from '../../domain/safe-text.js';
import {type LeaseView} from '../../domain/lease.js';
import {Refused} from '../../intents/refused.js';
import {exitCodes, type Command, type Output} from '../io/io.js';
import {lockJson} from '../print/json/status-json.js';
import {printTable} from '../print/table.js';
import {lockText} from '../print/tasks-table.js';

const json = (lock: LeaseView) => ({name: lock.name, ...lockJson(lock)});

/** Who holds what, and what is stale. */
export const listLocks: Command = async (app, _words, _flags, output) => {
	const {leases, now} = await app.overview({vms: 0, installs: 0, activity: 0});
	if (output.isJson) {
		output.json({locks: leases.map(lease => json(lease))});
	} else if (leases.length === 0) {
		output.out('no lock is held');
	} else {
		await printTable(output, ['LOCK', 'NUMBER', 'OWNER'], leases.map(lease => [lease.name, `${lease.fence}`, lockText(lease, now)]));
	}

	return exitCodes.done;
};

const printCleared = (cleared: readonly LeaseView[], wanted: string | null, output: Output): number => {
	if (output.isJson) {
		output.json({cleared: cleared.map(lease => json(lease))});
	} else if (cleared.length === 0) {
		output.out(wanted === null ? 'no lock is stale: nothing was cleared' : `the lock ${safeText(wanted, 60)} is free already`);
	} else {
		for (const {name, owner, stale} of cleared) {
			output.out(`cleared ${name}: ${stale ? 'stale' : 'LIVE'}, of ${owner.host}:${owner.pid}`);
		}
	}

	return exitCodes.done;
};

/** Clears stale locks, or the one that is named; live ones with `--force`. */
export const clearLocks: Command = async (app, [word], flags, output) => {
	// A script whose variable is empty means one lock, not all.
	if (word === '') {
		throw new Refused('invalid', 'the name of the lock is missing', 'write it, or leave it out to clear all that are stale');
	}

	const wanted = word ?? null;
	return printCleared(await app.intents.clearLocks(wanted, flags.force ?? false), wanted, output);
};
