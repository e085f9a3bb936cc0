import {type BackupTroubles} from '../domain/backup-findings.js';
import {backupScheduleOf, hasBackupDay} from '../domain/backup-schedule.js';
import {type Clock} from '../domain/clock.js';
import {type Settings} from '../domain/settings.js';
import {type Reads} from '../store/store.js';

const atMostEveryMs = 10_000;

/** How long a scheduled backup may be tried before it counts as one that came to nothing. */
const patienceMs = 24 * 3_600_000;

const read = async (backups: Reads['backups'], {backups: {alertAfterMs, window}}: Settings, now: number): Promise<BackupTroubles> => {
	const unprotected = await backups.listUnprotected({goodAfter: now - alertAfterMs, begunBefore: now - Math.min(alertAfterMs, patienceMs)});
	return {
		failed: await backups.listLastFailed(),
		unprotected: unprotected
			.filter(({vm}) => hasBackupDay(backupScheduleOf(vm, window)))
			.map(({vm: {id: vmId, hostname, cluster}, lastGoodAt}) => ({
				vmId, hostname, cluster, lastGoodAt,
			})),
	};
};

/** Looks for what is wrong with backups, not more often than need be: it goes through every VM and every failure. Between two looks the answer is the last one. */
export const createBackupTroubles = (backups: Reads['backups'], clock: Clock): ((settings: Settings) => Promise<{readonly troubles: BackupTroubles; readonly isFresh: boolean}>) => {
	let known: {readonly troubles: BackupTroubles; readonly at: number} | undefined;

	return async settings => {
		if (known && clock.monotonic() - known.at < atMostEveryMs) {
			return {troubles: known.troubles, isFresh: false};
		}

		known = {at: clock.monotonic(), troubles: await read(backups, settings, clock.now())};
		return {troubles: known.troubles, isFresh: true};
	};
};
