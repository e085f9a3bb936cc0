import {type PanelRequest} from '../../domain/panel.js';
import {ClientError} from '../client-error.js';
import {type WhmSession} from './whm-session.js';

type Job = Pick<PanelRequest, 'job'>;

/** What goes on over there for our jobs, as far as this process began it; after a crash the panel itself must be asked. */
export type Begun = {
	readonly has: (job: Job) => boolean;
	/** Begins it unless it goes on already, and waits for its end. */
	readonly run: <End>(job: Job, begin: () => Promise<string>, wait: (id: string) => Promise<End>) => Promise<End>;
	readonly forget: (job: Job) => void;
};

const isUnknown = (error: unknown): boolean => !(error instanceof ClientError) || error.kind === 'unknown-outcome';

export const createBegun = (): Begun => {
	const ids = new Map<string, string>();
	return {
		has: ({job}) => ids.has(job),
		async run({job}, begin, wait) {
			const id = ids.get(job) ?? await begin();
			ids.set(job, id);
			try {
				return await wait(id);
			} catch (error) {
				if (!isUnknown(error)) {
					ids.delete(job);
				}

				throw error;
			}
		},
		forget({job}) {
			ids.delete(job);
		},
	};
};

/** Looks until there is something to see. A look that fails is no news of what goes on. */
export const follow = async <Seen>(session: WhmSession, look: () => Promise<Seen | undefined>): Promise<Seen> => {
	for (;;) {
		try {
			const seen = await look();
			if (seen !== undefined) {
				return seen;
			}
		} catch (error) {
			if (error instanceof ClientError && error.kind !== 'transient') {
				throw new ClientError(`it was begun, and then: ${error.message}`, {peer: error.peer, kind: 'unknown-outcome', cause: error});
			}

			if (!(error instanceof ClientError)) {
				throw error;
			}
		}

		await session.pause();
	}
};
