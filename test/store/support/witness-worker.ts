// The body of a worker thread of the witness test: leads until it is terminated.
import {parentPort, workerData} from 'node:worker_threads';
import {systemClock} from '../../../source/domain/clock.js';
import {openStore} from '../../../source/store/open-store.js';

const store = await openStore({path: workerData as string, clock: systemClock});
const session = await store.sessions.start({
	kind: 'console', actor: 'anna', address: null, isReadOnly: false,
});
await store.leases.acquire('leader', session.id, 600_000);
parentPort!.postMessage(session);
setInterval(() => undefined, 1000);
