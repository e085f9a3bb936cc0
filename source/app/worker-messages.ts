import {type Actor} from '../domain/activity.js';

/** What the console's thread tells the scheduler's when it starts it. */
export type WorkerOrder = {
	/** The config file, or null where there is none. */
	readonly config: string | null;
	/** `--database`, where it was given. */
	readonly database: string | undefined;
	readonly actor: Actor;
};

/** What the scheduler's thread says. */
export type WorkerSays =
	| {readonly type: 'leading'; readonly isLeading: boolean}
	| {readonly type: 'stopped'}
	| {readonly type: 'failed'; readonly message: string};
