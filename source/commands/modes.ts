import {Refused} from '../intents/refused.js';
import {
	type FlagName,
	flagNames,
	type Flags,
	flagTable,
	flagText,
} from './words/flags.js';
import {openConsole} from './console.js';
import {daemon} from './daemon.js';
import {clearLocks} from './nouns/lock.js';
import {runEveryTask, runTaskNow} from './run-now.js';
import {listTasks} from './nouns/task.js';
import {type Command} from './io/io.js';

/** A call by a flag instead of a verb. */
export type Mode = {
	/** The flags that make it; none: the console, where no other fits. */
	readonly flags: readonly FlagName[];
	/** Flags that it takes besides the global ones. */
	readonly accepts: readonly FlagName[];
	/** Refused to a read-only session. */
	readonly isWriting: boolean;
	readonly command: Command;
};

/** Flags of the demo, which opens an app of its own. */
export const demoFlags: readonly FlagName[] = ['demo', 'daemon', 'metrics', 'watch', 'lead', 'plain', 'ascii'];

/** The calls, those that take others as their own flags first. */
export const modes = {
	daemon: {
		flags: ['daemon'], accepts: ['metrics', 'intake'], isWriting: true, command: daemon,
	},
	runTask: {
		flags: ['runTask', 'task'], accepts: [], isWriting: true, command: runTaskNow,
	},
	clearLocks: {
		flags: ['clearLocks'], accepts: ['force'], isWriting: true, command: clearLocks,
	},
	force: {
		flags: ['force'], accepts: [], isWriting: true, command: runEveryTask,
	},
	list: {
		flags: ['list'], accepts: [], isWriting: false, command: listTasks,
	},
	console: {
		flags: [], accepts: ['watch', 'lead', 'plain', 'ascii'], isWriting: false, command: openConsole,
	},
} as const satisfies Readonly<Record<string, Mode>>;

export type ModeName = keyof typeof modes;

/** Refuses flags that do not go with what was called. */
export const refuseOtherFlags = (flags: Flags, allowed: readonly FlagName[], what: string, hint: string): void => {
	const other = flagNames.find(name => flags[name] !== undefined && !('isGlobal' in flagTable[name]) && !allowed.includes(name));
	if (other !== undefined) {
		throw new Refused('invalid', `${flagText(other)} does not go with ${what}`, hint);
	}
};

/** The call that these flags make. */
export const findMode = (flags: Flags): {readonly name: ModeName; readonly mode: Mode} => {
	const names = Object.keys(modes) as readonly ModeName[];
	const name = names.find(candidate => modes[candidate].flags.some(flag => flags[flag] !== undefined)) ?? 'console';
	const mode: Mode = modes[name];
	const given = mode.flags.filter(flag => flags[flag] !== undefined);
	if (given.length > 1) {
		throw new Refused('invalid', `${given.map(flag => flagText(flag)).join(' and ')} mean the same`, 'leave one of them out');
	}

	refuseOtherFlags(flags, [...mode.flags, ...mode.accepts], name === 'console' ? 'the console' : flagText(given[0]!), '`cronsole --help` says which flags go with what');
	return {name, mode};
};
