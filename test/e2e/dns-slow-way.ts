import {once} from 'node:events';
import {
	connect,
	createServer,
	type AddressInfo,
	type Socket,
} from 'node:net';
import {setTimeout as sleep} from 'node:timers/promises';

/** A way to a server on which each packet takes its time, so that whoever is killed leaves some on it. */
export type SlowWay = {
	/** `127.0.0.1:5302`: in the server's place. */
	readonly server: string;
	/** Whether a packet is on its way, there or back. */
	readonly isBusy: () => boolean;
	/** Resolves when so many packets more have set out. */
	readonly passed: (count: number) => Promise<void>;
	readonly close: () => Promise<void>;
};

export const startSlowWay = async (to: string, delayMs: number): Promise<SlowWay> => {
	const [host, port] = to.split(':', 2);
	const sockets = new Set<Socket>();
	let underWay = 0;
	let passed = 0;
	let waiting: ReadonlyArray<{readonly at: number; readonly resolve: () => void}> = [];

	const carry = (from: Socket, onto: Socket): void => {
		let before: Promise<unknown> = Promise.resolve();
		// One after the other, and the end of it last.
		const after = (act: () => void): void => {
			const start = sleep(delayMs);
			before = Promise.all([before, start]).then(act);
		};

		sockets.add(from);
		from.on('data', bytes => {
			passed++;
			underWay++;
			const due = waiting.filter(({at}) => at <= passed);
			waiting = waiting.filter(({at}) => at > passed);
			for (const {resolve} of due) {
				resolve();
			}

			after(() => {
				underWay--;
				onto.write(bytes);
			});
		});
		from.on('error', () => undefined);
		from.on('close', () => {
			sockets.delete(from);
			after(() => {
				onto.destroy();
			});
		});
	};

	const listener = createServer(near => {
		const far = connect(Number(port), host);
		carry(near, far);
		carry(far, near);
	});
	listener.listen(0, '127.0.0.1');
	await once(listener, 'listening');
	return {
		server: `127.0.0.1:${(listener.address() as AddressInfo).port}`,
		isBusy: () => underWay > 0,
		async passed(count) {
			return new Promise(resolve => {
				waiting = [...waiting, {at: passed + count, resolve}];
			});
		},
		async close() {
			for (const socket of sockets) {
				socket.destroy();
			}

			listener.close();
			await once(listener, 'close');
		},
	};
};
