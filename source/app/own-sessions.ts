import {type Actor} from '../domain/activity.js';
import {type Session, type SessionKind} from '../domain/lease.js';
import {type Store} from '../store/store.js';

/** How often a screen says that it is still there. */
const touchMs = 5000;

export type OwnSessions = {
	readonly start: (kind: SessionKind) => Promise<Session>;
	readonly end: (session: Pick<Session, 'id'>) => Promise<void>;
	readonly endAll: () => Promise<void>;
};

/** The sessions that this process has opened; all end with it. */
export const createOwnSessions = (store: Store, {actor, isReadOnly}: {readonly actor: Actor; readonly isReadOnly: boolean}): OwnSessions => {
	const open = new Map<string, NodeJS.Timeout | undefined>();

	const touch = async (id: string): Promise<void> => {
		try {
			await store.sessions.touch(id);
		} catch {
			// The screen itself says that the database cannot be used; the next time may go well.
		}
	};

	const end = async ({id}: {readonly id: string}): Promise<void> => {
		if (!open.has(id)) {
			return;
		}

		clearInterval(open.get(id));
		open.delete(id);
		await store.sessions.end(id);
	};

	return {
		async start(kind: SessionKind): Promise<Session> {
			const session = await store.sessions.start({
				kind, actor: actor.name, address: actor.address, isReadOnly,
			});
			// Whoever can lead is seen by its witness and touched by its scheduler.
			const timer = kind === 'screen'
				? setInterval(() => {
					void touch(session.id);
				}, touchMs).unref()
				: undefined;
			open.set(session.id, timer);
			return session;
		},
		end,
		async endAll(): Promise<void> {
			for (const id of open.keys()) {
				await end({id});
			}
		},
	};
};
