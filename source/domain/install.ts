export const installStates = ['pending', 'running', 'done', 'failed', 'dropped'] as const;
export type InstallState = typeof installStates[number];

/** A staged site install. Moments are ms since the epoch. */
export type Install = {
	readonly id: number;
	readonly reference: string;
	readonly generation: number;
	readonly panel: string;
	readonly application: string;
	readonly domain: string;
	readonly account: string;
	readonly client: {readonly name: string; readonly email: string};
	/** The order as it came. */
	readonly order: unknown;
	readonly state: InstallState;
	/** What it was before it was dropped; null otherwise. */
	readonly droppedFrom: InstallState | null;
	readonly droppedBy: string | null;
	readonly droppedAt: number | null;
	readonly cause: string | null;
	readonly attempt: number;
	readonly progress: number | null;
	readonly createdAt: number;
	readonly updatedAt: number;
	readonly nextAttemptAt: number | null;
	/** Rises with every change: an action that carries an older one is told who was first. */
	readonly version: number;
};
