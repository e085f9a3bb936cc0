import {expect, test} from 'vitest';
import {findBackupFindings, type BackupTroubles} from '../../source/domain/backup-findings.js';

type Failed = BackupTroubles['failed'][number];

const failed = (vmId: number, own: Partial<Failed> = {}): Failed => ({
	vmId, hostname: `web${vmId}.example.net`, cluster: 'fra1', storage: 'shared', cause: `the backup failed: no space for vzdump-qemu-${vmId}.vma`, ...own,
});

const many = <T>(count: number, one: (id: number) => T): readonly T[] => Array.from({length: count}, (_, index) => one(101 + index));
const unprotected = (vmId: number, lastGoodAt: number | null = null) => ({
	vmId, hostname: `web${vmId}.example.net`, cluster: 'fra1', lastGoodAt,
});

const find = (own: Partial<BackupTroubles>) => findBackupFindings({failed: [], unprotected: [], ...own});
const tell = (own: Partial<BackupTroubles>) => find(own).map(({key, affects}) => `${key} ${affects}`);

test('a VM whose last backup failed is an incident of its own, with the command that makes another', () => {
	expect(find({failed: [failed(101)]})).toEqual([{
		key: 'backup:101:failed', severity: 'warning', affects: 1, command: 'cronsole backup now v101',
		cause: 'web101.example.net (v101): its last backup failed: the backup failed: no space for vzdump-qemu-101.vma',
	}]);
});

test('up to ten with one cause are incidents of their own, more of them are one of the storage', () => {
	expect(find({failed: many(10, id => failed(id))})).toHaveLength(10);
	expect(find({failed: many(11, id => failed(id))})).toEqual([{
		key: 'backups:fra1/shared:failed', severity: 'critical', affects: 11, command: 'cronsole check',
		cause: 'backups to fra1/shared fail: the backup failed: no space for vzdump-qemu-101.vma',
	}]);
});

test('what has another cause, another storage or another cluster is told by itself', () => {
	expect(tell({
		failed: [
			...many(12, id => failed(id)), failed(7, {cause: 'it is empty'}), failed(8, {storage: 'nas'}), failed(9, {cluster: 'ams1'}),
		],
	})).toEqual(['backups:fra1/shared:failed 12', 'backup:7:failed 1', 'backup:8:failed 1', 'backup:9:failed 1']);
});

test('two causes that many VMs have are one incident still, told by the more frequent', () => {
	const [found, ...more] = find({failed: [...many(11, id => failed(id)), ...many(12, id => failed(id + 100, {cause: 'it is empty'}))]});
	expect(found).toMatchObject({key: 'backups:fra1/shared:failed', affects: 23, cause: 'backups to fra1/shared fail: it is empty'});
	expect(more).toEqual([]);
});

test('a VM without a good backup for too long says since when; its text does not change by the hour', () => {
	const lastGoodAt = Date.parse('2026-11-17T03:00:00Z');
	expect(find({unprotected: [unprotected(101, lastGoodAt), unprotected(102)]})).toMatchObject([
		{key: 'backup:101:none', cause: 'web101.example.net (v101): no good backup since 2026-11-17', command: 'cronsole backup now v101'},
		{key: 'backup:102:none', cause: 'web102.example.net (v102): no good backup at all'},
	]);
});

test('many of one cluster are one incident', () => {
	expect(tell({unprotected: [...many(11, id => unprotected(id)), {...unprotected(7), cluster: 'ams1'}]})).toEqual(['backups:fra1:none 11', 'backup:7:none 1']);
});
