import {type BackupTroubles} from '../domain/backup-findings.js';
import {backupScheduleOf, hasBackupDay} from '../domain/backup-schedule.js';
import {type Clock} from '../domain/clock.js';
import {type Settings} from '../domain/settings.js';
import {type Reads} from '../store/store.js';
import {createKeptLook, type KeptLook} from './kept-look.js';

/** How long a scheduled backup may be tried before it counts as one that came to nothing. */
const patienceMs = 24 * 3_600_000;

/** Looks for what is wrong with backups. */
export const createBackupTroubles = (backups: Reads['backups'], clock: Clock): KeptLook<BackupTroubles, readonly [Settings]> => createKeptLook({
	clock, tables: ['vms', 'backups'], atMostEveryMs: 10_000,
	async look({backups: {alertAfterMs, window}}) {
		const now = clock.now();
		const unprotected = await backups.listUnprotected({goodAfter: now - alertAfterMs, begunBefore: now - Math.min(alertAfterMs, patienceMs)});
		return {
			failed: await backups.listLastFailed(),
			unprotected: unprotected
				.filter(({vm}) => hasBackupDay(backupScheduleOf(vm, window)))
				.map(({vm: {id: vmId, hostname, cluster}, lastGoodAt}) => ({
					vmId, hostname, cluster, lastGoodAt,
				})),
		};
	},
});
