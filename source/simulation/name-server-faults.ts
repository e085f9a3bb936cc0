import {type ServerResponse} from 'node:http';

/** One answer of the API. */
export type Answer = {readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string};

export const plain = (status: number, body: string): Answer => ({status, headers: {'content-type': 'text/plain; charset=utf-8'}, body});

/** What can go wrong with a name server. */
export type NameServerFaults = {
	/** The next changes are answered with 500, as where the database is locked: nothing is changed. */
	readonly failChanges: (count: number) => void;
	/** The next changes are made, and no answer comes: the connection is cut. */
	readonly loseAnswers: (count: number) => void;
	/** Whatever comes, of that method or of any, waits for ever; `changes` are not made. `release` cuts those that wait. */
	readonly hang: (method?: 'GET' | 'PATCH') => void;
	readonly release: () => void;
	/** The next requests get this answer. */
	readonly answerWith: (answer: {readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string}, count?: number) => void;
	/** Nobody listens on the port any more; `accept` listens there again. */
	readonly refuse: () => Promise<void>;
	readonly accept: () => Promise<void>;
};

/** The faults as they stand, and what they make of a request; undefined: it is served. */
export const createFaults = (listen: () => Promise<void>, stop: () => Promise<void>) => {
	let [failing, losing, answering] = [0, 0, 0];
	let answer: Answer = plain(404, 'Not Found');
	let hanging: 'GET' | 'PATCH' | 'all' | undefined;
	const waiting = new Set<ServerResponse>();
	const faults: NameServerFaults = {
		failChanges(count) {
			failing = count;
		},
		loseAnswers(count) {
			losing = count;
		},
		hang(method) {
			hanging = method ?? 'all';
		},
		release() {
			hanging = undefined;
			for (const response of waiting) {
				response.destroy();
			}

			waiting.clear();
		},
		answerWith(given, count = 1) {
			[answer, answering] = [given, count];
		},
		refuse: stop,
		accept: listen,
	};
	return {
		faults,
		before(method: string, response: ServerResponse): Answer | 'wait' | undefined {
			if (hanging === 'all' || hanging === method) {
				waiting.add(response);
				return 'wait';
			}

			if (answering > 0) {
				answering--;
				return answer;
			}

			if (method === 'PATCH' && failing > 0) {
				failing--;
				return plain(500, 'Internal Server Error');
			}

			return undefined;
		},
		isAnswerLost(method: string): boolean {
			const isLost = method === 'PATCH' && losing > 0;
			losing -= isLost ? 1 : 0;
			return isLost;
		},
	};
};
