/** One verb of the product, as help, keys and docs know it. */
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

/** It only looks. */
export const looks = {isWriting: false, isDestructive: false} as const;

/** It changes something. */
export const writes = {isWriting: true, isDestructive: false} as const;

/** It destroys something. */
export const destroys = {isWriting: true, isDestructive: true} as const;
