import {Buffer} from 'node:buffer';
import {
	closeSync,
	constants,
	openSync,
	readdirSync,
	renameSync,
	rmSync,
} from 'node:fs';
import {connect, createServer, type Server} from 'node:net';
import {join} from 'node:path';
import {setImmediate as nextTurn} from 'node:timers/promises';

/** What the kernel takes for the path of a socket. */
const longestPathBytes = 107;

/** A listener that cannot be reached in this time is left alone: its poll finds the row. */
const ringTimeoutMs = 250;

const suffix = '.sock';

/** Names a socket in the folder by a path short enough for the kernel, however deep the folder lies. */
const withShortPath = async <T>(folder: string, name: string, use: (path: string) => Promise<T>): Promise<T> => {
	const path = join(folder, name);

	if (Buffer.byteLength(path) <= longestPathBytes) {
		return use(path);
	}

	// eslint-disable-next-line no-bitwise
	const descriptor = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY);

	try {
		return await use(`/proc/self/fd/${descriptor}/${name}`);
	} finally {
		closeSync(descriptor);
	}
};

const listen = async (server: Server, path: string): Promise<void> => new Promise((resolve, reject) => {
	server.once('error', reject);
	server.listen(path, () => {
		server.off('error', reject);
		resolve();
	});
});

const ringOne = async (path: string): Promise<'rung' | 'dead' | 'silent'> => new Promise(resolve => {
	const socket = connect(path);
	const end = (how: 'rung' | 'dead' | 'silent') => {
		socket.destroy();
		resolve(how);
	};

	socket.setTimeout(ringTimeoutMs, () => {
		end('silent');
	});
	socket.once('error', (error: NodeJS.ErrnoException) => {
		end(error.code === 'ECONNREFUSED' ? 'dead' : 'silent');
	});
	socket.once('connect', () => {
		end('rung');
	});
});

/** Wakes whoever listens in the folder: a hint, of which nothing depends on its coming. */
export type Bell = {
	readonly ring: () => Promise<void>;
	readonly onRing: (heard: () => void) => Promise<() => Promise<void>>;
};

/** A bell among all processes that share the folder: each listener has a Unix socket there. */
export const createBell = (folder: string): Bell => {
	let waiting: Promise<void> | undefined;

	const ringAll = async () => {
		try {
			const names = readdirSync(folder).filter(name => name.endsWith(suffix));
			await Promise.all(names.map(async name => withShortPath(folder, name, async path => {
				if (await ringOne(path) === 'dead') {
					rmSync(join(folder, name), {force: true});
				}
			})));
		} catch {
			// The row is the truth; whoever did not hear it polls.
		}
	};

	return {
		async ring() {
			waiting ??= (async () => {
				await nextTurn();
				// Whoever rings from here on has committed something that this ring may come too early for.
				waiting = undefined;
				await ringAll();
			})();
			await waiting;
		},
		async onRing(heard) {
			const name = `${crypto.randomUUID()}${suffix}`;
			const server = createServer(socket => {
				// That it came is all there is to it; one that stayed open would keep the server from closing.
				socket.on('error', () => undefined);
				socket.destroy();
				heard();
			});
			// Between bind and listen a ringer would take it for dead: it gets its name when it hears.
			await withShortPath(folder, `${name}.new`, async path => listen(server, path));
			server.on('error', () => undefined);
			server.unref();
			renameSync(join(folder, `${name}.new`), join(folder, name));

			return async () => {
				rmSync(join(folder, name), {force: true});
				await new Promise<void>(resolve => {
					server.close(() => {
						resolve();
					});
				});
			};
		},
	};
};
