export type Level = 'debug' | 'info' | 'warning' | 'error';

/** Who did it: a person with their host, or `scheduler`. */
export type Actor = {
	readonly name: string;
	/** The address of their ssh connection or null. */
	readonly address: string | null;
};

export const scheduler: Actor = {name: 'scheduler', address: null};

/** A row of the append-only log. `subject` is what it is about: a hostname, a task, a cluster, an install's domain. */
export type Activity = {
	readonly id: number;
	readonly at: number;
	readonly level: Level;
	readonly actor: string;
	readonly address: string | null;
	readonly subject: string;
	readonly vmId: number | null;
	readonly installId: number | null;
	readonly message: string;
};
