import * as z from 'zod';
import {type BackupRow, type RrdRow, type SnapshotRow} from './proxmox.js';
import {
	flag,
	maybe,
	number,
	shown,
	text,
} from './reply-values.js';
import {upidReply} from './replies.js';

/** A missing sample is a row without the key. */
export const rrdReply = z.array(z.object({time: number, netin: maybe(number), netout: maybe(number)}))
	.transform(rows => rows.map(({time, netin, netout}): RrdRow => ({time, netIn: netin, netOut: netout})).toSorted((a, b) => a.time - b.time));

const snapshotRow = z.object({
	name: shown(40), description: maybe(shown(1000)), snaptime: maybe(number), parent: maybe(shown(40)), snapstate: maybe(text),
}).transform(({name, description, snaptime, parent, snapstate}): SnapshotRow => ({
	name, description: description?.trim() ?? '', createdAt: (snaptime ?? 0) * 1000, parent: parent ?? null, isBroken: snapstate !== undefined,
}));

/** The row `current` is the VM itself. */
export const snapshotsReply = z.array(snapshotRow).transform(rows => rows.filter(({name}) => name !== 'current'));

const backupRow = z.object({
	volid: shown(1000), vmid: maybe(number), size: maybe(number), ctime: maybe(number), notes: maybe(shown(1000)), protected: flag,
});

/** Rows without a VMID are no backups of VMs. */
export const backupsReply = z.array(backupRow).transform(rows => rows.flatMap(({volid, vmid, size, ctime, notes, protected: isProtected}): BackupRow[] => vmid === undefined
	? []
	: [{
		volid, vmid, sizeBytes: size ?? 0, createdAt: (ctime ?? 0) * 1000, note: notes ?? null, isProtected,
	}]));

/** `OK` and no UPID: the VM is not on the node that was asked, and nothing is backed up. */
export const vzdumpReply = z.literal('OK').transform(() => null).or(upidReply);

export const removalReply = z.null().or(upidReply);
