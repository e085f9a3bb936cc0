import {siteVerbs} from './site-verbs.js';
import {
	destroys,
	looks,
	writes,
	type Verb,
} from './verb.js';

export type {Verb} from './verb.js';

/**
 Every verb of the product: what a command says and what a key does are rows here. Help, footers and the guide are
 derived from it. `screen` verbs only look; `--read-only` leaves those alone and refuses the rest.
 */
export const verbs = [
	{
		name: 'init', usage: '[FILE]', summary: 'write a commented config file', ...writes,
	},
	{
		name: 'check', usage: '', summary: 'check the config, the database and every connection', ...looks,
	},
	{
		name: 'status', usage: '[--exit-code]', summary: 'the console\'s first view, once', ...looks,
	},
	{
		name: 'task list', usage: '', summary: 'tasks with interval, last run, next run, lock', ...looks,
	},
	{
		name: 'task run', usage: 'NAME', summary: 'ask the leader to run a task now', ...writes, key: 'r',
	},
	{
		name: 'task pause', usage: 'NAME [--for 2h] [--reason T]', summary: 'stop scheduled runs of a task', ...writes, key: 'p',
	},
	{
		name: 'task resume', usage: 'NAME', summary: 'let a paused task run again', ...writes, key: 'p',
	},
	{
		name: 'task interval', usage: 'NAME 5m|default', summary: 'set how often a task runs', ...writes, key: 'e',
	},
	{
		name: 'lock list', usage: '', summary: 'locks, their owners, and which are stale', ...looks,
	},
	{
		name: 'lock clear', usage: '[NAME] [--force]', summary: 'clear stale locks; with --force live ones too', ...writes, key: 'c',
	},
	{
		name: 'hold', usage: '[--reason T] [--for 2h]', summary: 'start nothing new anywhere', ...writes, key: 'H',
	},
	{
		name: 'hold off', usage: '', summary: 'end the hold', ...writes, key: 'H',
	},
	{
		name: 'maintenance on', usage: 'CLUSTER[/NODE] [--reason T] [--for 2h]', summary: 'let a cluster\'s or node\'s work wait', ...writes,
	},
	{
		name: 'maintenance off', usage: 'CLUSTER[/NODE]', summary: 'let it go on', ...writes,
	},
	{
		name: 'vm create', usage: '[--file F|-]', summary: 'order a VM, one JSON object', ...writes,
	},
	{
		name: 'vm list', usage: '[--state S] [--client C] [--cluster C]', summary: 'VMs, one a line', ...looks,
	},
	{
		name: 'vm show', usage: 'REF', summary: 'everything about a VM', ...looks, key: 'enter',
	},
	{
		name: 'vm log', usage: 'REF', summary: 'a VM\'s step log', ...looks,
	},
	{
		name: 'vm explain', usage: 'REF', summary: 'what it waits for, since when, what comes next, which command helps', ...looks, key: '!',
	},
	{
		name: 'vm retry', usage: 'REF', summary: 'try again what needs attention', ...writes, key: 't',
	},
	{
		name: 'vm change', usage: 'REF --file F|- [--plan] [--allow-data-loss]', summary: 'another package or other overrides, one JSON object', ...writes,
	},
	{
		name: 'vm reinstall', usage: 'REF --template T', summary: 'make it anew from a template; addresses and backups stay', ...destroys,
	},
	{
		name: 'vm password', usage: 'REF', summary: 'a new password through cloud-init', ...writes,
	},
	{
		name: 'vm suspend', usage: 'REF --reason overdue|abuse|manual', summary: 'switch it off for a reason', ...writes,
	},
	{
		name: 'vm unsuspend', usage: 'REF --reason overdue|abuse|manual', summary: 'lift one reason', ...writes,
	},
	{
		name: 'vm terminate', usage: 'REF', summary: 'end it; after the grace for good', ...destroys,
	},
	{
		name: 'vm unterminate', usage: 'REF', summary: 'take a termination back, within the grace', ...writes,
	},
	{
		name: 'vm start', usage: 'REF', summary: 'switch it on', ...writes,
	},
	{
		name: 'vm stop', usage: 'REF', summary: 'ask its guest to shut down, then force it', ...writes,
	},
	{
		name: 'vm shutdown', usage: 'REF', summary: 'ask its guest to shut down', ...writes,
	},
	{
		name: 'vm reboot', usage: 'REF', summary: 'reboot it', ...writes,
	},
	{
		name: 'vm reset', usage: 'REF STATUS --reason T', summary: 'say where it stands, and go on from there', ...destroys,
	},
	{
		name: 'vm import', usage: 'CLUSTER/VMID --reference R [--file F|-] [--dry-run]', summary: 'take an existing VM over', ...writes,
	},
	{
		name: 'vm dns', usage: 'REF', summary: 'a VM\'s records in DNS, and what is owed there', ...looks,
	},
	{
		name: 'vm rdns', usage: 'REF IP NAME|default', summary: 'the name of one of its addresses', ...writes,
	},
	{
		name: 'backup list', usage: 'REF', summary: 'a VM\'s backups', ...looks,
	},
	{
		name: 'backup now', usage: 'REF [--note T]', summary: 'back a VM up', ...writes,
	},
	{
		name: 'backup restore', usage: 'REF BACKUP [--no-mail]', summary: 'bring a VM back to what it was in a backup', ...destroys,
	},
	{
		name: 'backup remove', usage: 'REF BACKUP', summary: 'remove a backup for ever', ...destroys,
	},
	{
		name: 'backup schedule', usage: 'REF [--at mon=02:30,thu=04:00] [--off]', summary: 'when a VM is backed up by itself', ...writes,
	},
	{
		name: 'snapshot list', usage: 'REF', summary: 'a VM\'s snapshots', ...looks,
	},
	{
		name: 'snapshot take', usage: 'REF [--name N] [--note T]', summary: 'take a snapshot', ...writes,
	},
	{
		name: 'snapshot keep', usage: 'REF NAME [--off]', summary: 'never remove a snapshot by its age', ...writes,
	},
	{
		name: 'snapshot rollback', usage: 'REF NAME', summary: 'bring a VM back to a snapshot', ...destroys,
	},
	{
		name: 'snapshot remove', usage: 'REF NAME', summary: 'remove a snapshot', ...destroys,
	},
	...siteVerbs,
	{
		name: 'pool list', usage: '', summary: 'address pools and how full they are', ...looks,
	},
	{
		name: 'address list', usage: '[--pool P] [--state S]', summary: 'addresses that are used, held or resting', ...looks,
	},
	{
		name: 'address history', usage: 'ADDRESS', summary: 'who had an address when', ...looks,
	},
	{
		name: 'address reserve', usage: 'ADDRESS [REFERENCE] [--reason T] [--for 30d]', summary: 'give an address to nobody, or to that order only', ...writes,
	},
	{
		name: 'address hold', usage: 'ADDRESS [--reason T] [--for 30d]', summary: 'keep an address back once its VM is gone', ...writes,
	},
	{
		name: 'address release', usage: 'ADDRESS', summary: 'end a reservation, a hold or a quarantine', ...writes,
	},
	{
		name: 'dns debts', usage: '', summary: 'records that are not yet as they should be, and why', ...looks,
	},
	{
		name: 'dns set', usage: 'REF', summary: 'look at a VM\'s records anew and write what is missing', ...writes,
	},
	{
		name: 'dns adopt', usage: 'REF', summary: 'take over records that somebody else made under a VM\'s names', ...destroys,
	},
	{
		name: 'client forget', usage: 'EMAIL', summary: 'forget a client who has nothing any more', ...destroys,
	},
	{
		name: 'usage', usage: '[--month 2026-11] [--csv]', summary: 'the traffic of each VM in a month, for billing', ...looks,
	},
	{
		name: 'find', usage: 'WHAT', summary: 'an address, hostname, MAC, reference, client, VMID or UPID; yesterday\'s owner too', ...looks,
	},
	{
		name: 'activity', usage: '[--follow] [--since 1h] [--level error] [--about SUBJECT]', summary: 'who did what, and what happened', ...looks,
	},
	{
		name: 'incident list', usage: '', summary: 'what is wrong now', ...looks,
	},
	{
		name: 'ack', usage: 'ID [--note T] [--for 4h]', summary: 'acknowledge an incident', ...writes, key: 'a',
	},
	{
		name: 'db backup', usage: 'FILE', summary: 'copy the database into a new file, while anything runs', ...writes,
	},
	{
		name: 'db check', usage: '', summary: 'look through the database: pages, references, WAL, room on its disk', ...looks,
	},
	{
		name: 'db accept', usage: '', summary: 'compare a restored database with the clusters, and go on with it', ...destroys,
	},
	{
		name: 'support bundle', usage: 'FILE', summary: 'everything that helps to find a fault, without secrets, in one text file', ...writes,
	},
	{
		name: 'mail outbox', usage: '[--state S]', summary: 'messages to clients and operators, and what became of them', ...looks,
	},
	{
		name: 'mail preview', usage: 'NAME [--html]', summary: 'a message as it would go out, with made-up values', ...looks,
	},
	{
		name: 'mail resend', usage: 'ID', summary: 'send again what failed, or may not have arrived', ...writes,
	},
	{
		name: 'intake', usage: '', summary: 'one request of a billing system, over ssh: JSON on standard input, its answer on standard output', ...writes,
	},
] as const satisfies readonly Verb[];

export type VerbName = typeof verbs[number]['name'];
