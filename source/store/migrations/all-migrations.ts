import {type Migration} from 'kysely/migration';
import {first} from './0001-first.js';
import {allVmWork} from './0002-all-vm-work.js';
import {dnsAndAddresses} from './0003-dns-and-addresses.js';
import {installsAndMail} from './0004-installs-and-mail.js';
import {newestBackups} from './0005-newest-backups.js';
import {vmidsOfNobody} from './0006-vmids-of-nobody.js';
import {lookedUpRows} from './0007-looked-up-rows.js';
import {intake} from './0008-intake.js';
import {changes} from './0009-changes.js';

/** Every migration in order; each sets `user_version` to its number. */
export const allMigrations: Readonly<Record<string, Migration>> = {
	'0001-first': first,
	'0002-all-vm-work': allVmWork,
	'0003-dns-and-addresses': dnsAndAddresses,
	'0004-installs-and-mail': installsAndMail,
	'0005-newest-backups': newestBackups,
	'0006-vmids-of-nobody': vmidsOfNobody,
	'0007-looked-up-rows': lookedUpRows,
	'0008-intake': intake,
	'0009-changes': changes,
};
