import {type Session, type SessionKind} from '../domain/lease.js';

/** Who uses the database. A session that can hold leases has a witness of life, kept until `end`. */
export type Sessions = {
	/** `daemon`, `console` and `run` get a witness; the others none. */
	readonly start: (session: {readonly kind: SessionKind; readonly actor: string; readonly address: string | null; readonly isReadOnly: boolean}) => Promise<Session>;
	readonly touch: (id: string) => Promise<void>;
	/** Frees its leases and its witness. */
	readonly end: (id: string) => Promise<void>;
	/** The living ones: witness held, or seen within the last 15 s where there is none. */
	readonly listLiving: () => Promise<readonly Session[]>;
	readonly find: (id: string) => Promise<Session | undefined>;
	/** The kind and host of whoever led last, living or not. */
	readonly findLastLeader: () => Promise<Session | undefined>;
	/** Forgets sessions long gone that no lease names. */
	readonly prune: (before: number) => Promise<void>;
};
