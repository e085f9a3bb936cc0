import {type Finding} from './incident.js';
import {vmName} from './vm.js';

/** What is wrong with the backups of living VMs. */
export type BackupTroubles = {
	/** VMs whose last backup failed. */
	readonly failed: ReadonlyArray<{readonly vmId: number; readonly hostname: string; readonly cluster: string; readonly storage: string; readonly cause: string | null}>;
	/** VMs that are to be backed up, and have had no good backup for too long. */
	readonly unprotected: ReadonlyArray<{readonly vmId: number; readonly hostname: string; readonly cluster: string; readonly lastGoodAt: number | null}>;
};

/** More VMs than this with the same trouble are one incident. */
const most = 10;

/** The same cause at many VMs differs by their numbers only. */
const withoutNumbers = (cause: string | null): string => (cause ?? '').replaceAll(/\d+/g, '#');

const nameOf = ({vmId, hostname}: {readonly vmId: number; readonly hostname: string}): string => `${hostname} (${vmName({id: vmId})})`;
const backUpNow = ({vmId}: {readonly vmId: number}): string => `cronsole backup now ${vmName({id: vmId})}`;

const groupsOf = <T>(all: readonly T[], keyOf: (one: T) => string): ReadonlyArray<readonly [string, readonly T[]]> => [...Map.groupBy(all, keyOf)];

const ofFailed = (failed: BackupTroubles['failed']): readonly Finding[] => groupsOf(failed, ({cluster, storage}) => `${cluster}/${storage}`).flatMap(([place, there]) => {
	const common = groupsOf(there, ({cause}) => withoutNumbers(cause)).map(([_, alike]) => alike).filter(({length}) => length > most).toSorted((a, b) => b.length - a.length);
	const folded = new Set(common.flat());
	const causeOf = ({cause}: typeof there[number]): string => cause ?? 'no cause was given';
	return [
		...common.slice(0, 1).map(([first]): Finding => ({
			key: `backups:${place}:failed`, severity: 'critical', cause: `backups to ${place} fail: ${causeOf(first!)}`, command: 'cronsole check', affects: folded.size,
		})),
		...there.filter(one => !folded.has(one)).map((one): Finding => ({
			key: `backup:${one.vmId}:failed`, severity: 'warning', cause: `${nameOf(one)}: its last backup failed: ${causeOf(one)}`, command: backUpNow(one), affects: 1,
		})),
	];
});

const ofUnprotected = (unprotected: BackupTroubles['unprotected']): readonly Finding[] => groupsOf(unprotected, one => one.cluster).flatMap(([cluster, there]): Finding[] => there.length > most
	? [{
		key: `backups:${cluster}:none`, severity: 'critical', cause: `VMs of ${cluster} have had no good backup for too long`, command: 'cronsole --run-task=schedule_backup', affects: there.length,
	}]
	: there.map((one): Finding => ({
		key: `backup:${one.vmId}:none`, severity: 'warning', command: backUpNow(one), affects: 1,
		cause: `${nameOf(one)}: ${one.lastGoodAt === null ? 'no good backup at all' : `no good backup since ${new Date(one.lastGoodAt).toISOString().slice(0, 10)}`}`,
	})));

/** Failed and missing backups; what many VMs of one place have in common is one incident. */
export const findBackupFindings = ({failed, unprotected}: BackupTroubles): readonly Finding[] => [...ofFailed(failed), ...ofUnprotected(unprotected)];
