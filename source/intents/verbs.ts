/**
 Every verb of the product: what a command says and what a key does are rows here. Help, footers and the guide are
 derived from it. `screen` verbs only look; `--read-only` leaves those alone and refuses the rest.
 */
export type Verb = {
	/** The words of the command, `vm create`. */
	readonly name: string;
	/** What follows the words in the help, `REF`. */
	readonly usage: string;
	readonly summary: string;
	/** Whether it changes anything. */
	readonly isWriting: boolean;
	/** Whether it needs `--yes`, or a typed confirmation. */
	readonly isDestructive: boolean;
	/** The key in the console that does it. */
	readonly key?: string;
};

const looks = {isWriting: false, isDestructive: false} as const;
const writes = {isWriting: true, isDestructive: false} as const;

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
		name: 'install list', usage: '[--state S]', summary: 'staged installs', ...looks,
	},
	{
		name: 'install show', usage: 'ID', summary: 'everything about an install', ...looks, key: 'enter',
	},
	{
		name: 'install drop', usage: 'ID', summary: 'take a pending or failed install out of the queue', ...writes, key: 'd',
	},
	{
		name: 'install undrop', usage: 'ID', summary: 'take a dropped install back', ...writes, key: 'u',
	},
	{
		name: 'install retry', usage: 'ID', summary: 'try a failed install again', ...writes, key: 't',
	},
	{
		name: 'pool list', usage: '', summary: 'address pools and how full they are', ...looks,
	},
	{
		name: 'address list', usage: '', summary: 'addresses in use', ...looks,
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
] as const satisfies readonly Verb[];

export type VerbName = typeof verbs[number]['name'];
