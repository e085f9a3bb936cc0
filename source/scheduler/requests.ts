import {type RunRequest} from '../store/run-requests.js';
import {type Store} from '../store/store.js';
import {type RunTask} from './run-task.js';

/** Runs that people asked the leader for. */
export type Requests = {
	/** Executes or refuses every open request; a run goes on by itself, what came of asking is written at once. */
	readonly answer: () => Promise<void>;
};

export type RequestsDeps = {
	readonly read: Store['read'];
	readonly write: Store['write'];
	readonly runTask: RunTask;
	readonly signal: AbortSignal;
	/** Keeps what goes on from being forgotten at the end, and says what went wrong. */
	readonly follow: (work: Promise<void>, what: string) => void;
};

export const createRequests = ({read, write, runTask, signal, follow}: RequestsDeps): Requests => {
	const taken = new Set<number>();

	const execute = async ({id, task, requestedBy}: RunRequest) => {
		try {
			const {heldBy} = await runTask({
				task, trigger: 'manual', by: requestedBy, signal,
				onStart: async ({runRequests}, run) => runRequests.answer(id, {runId: run.id}),
			});
			if (heldBy !== null) {
				await write(async ({runRequests}) => runRequests.answer(id, {refusal: heldBy}));
			}
		} finally {
			taken.delete(id);
		}
	};

	return {
		async answer() {
			for (const request of await read.runRequests.listOpen()) {
				if (taken.has(request.id)) {
					continue;
				}

				taken.add(request.id);
				follow(execute(request), 'a requested run');
			}
		},
	};
};
