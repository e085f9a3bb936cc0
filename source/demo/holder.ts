import {systemClock} from '../domain/clock.js';
import {taskLock} from '../domain/task.js';
import {openStore} from '../store/open-store.js';

/** A process of the demo that takes a task's lock and is then killed: what it leaves is a real stale lock. */
const database = process.argv[2]!;
const store = await openStore({path: database, clock: systemClock});
const session = await store.sessions.start({
	kind: 'run', actor: 'demo', address: null, isReadOnly: false,
});

for (;;) {
	const {held} = await store.leases.acquire(taskLock('restore_backup'), session.id, 60_000);
	if (held) {
		break;
	}
}

process.stdout.write('held\n');
setInterval(() => undefined, 60_000);
