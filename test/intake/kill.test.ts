import {expect, test} from 'vitest';
import {createOrderDesk, type OrderDesk} from '../../source/app/order-desk.js';
import {loadSettings} from '../../source/config.js';
import {systemClock} from '../../source/domain/clock.js';
import {createAnswering} from '../../source/intake/create-answering.js';
import {createGate} from '../../source/intake/gate.js';
import {type Store} from '../../source/store/store.js';
import {
	newVm,
	newSite,
	createWorld,
	requestOf,
	type World,
} from './world.js';

/** The process ends at this write: before it begins, or once it is durable and nobody was told. */
const dyingAt = (store: Store, number: number, when: 'before' | 'after'): Store => {
	let count = 0;
	return {
		...store,
		async write(change) {
			count++;
			if (count === number && when === 'before') {
				throw new Error('killed');
			}

			const answer = await store.write(change);
			if (count === number) {
				throw new Error('killed');
			}

			return answer;
		},
	};
};

/** The intake of a process that ends there. */
const dying = async ({shell, store, app}: World, number: number, when: 'before' | 'after') => {
	const settings = await loadSettings({file: shell.file, databaseFlag: store.place, env: {}});
	const desk: OrderDesk = createOrderDesk({
		store: dyingAt(store, number, when), clock: systemClock, settings: () => settings, randomBytes: count => crypto.getRandomValues(new Uint8Array(count)),
	});
	return createAnswering({app: {...app, desk}, clock: systemClock, gate: createGate({settings: () => settings, desk, clock: systemClock})});
};

// The first write is the nonce's, the second the order's.
test.each([[1, 'before'], [1, 'after'], [2, 'before'], [2, 'after']] as const)('a process that ends at write %i, %s it, has taken the order once when it is sent again', async (number, when) => {
	for (const wish of [newVm, newSite]) {
		const world = await createWorld();
		const {order, store, answering} = world;
		const dead = await dying(world, number, when);
		const request = requestOf('POST', '/v1/orders', wish);
		expect((await dead(request)).status).toBe(500);
		const wasTaken = number === 2 && when === 'after';
		expect(await store.read.intake.find(1) !== undefined).toBe(wasTaken);
		// The same bytes are a replay as soon as their nonce is durable; the same order with a new one is not.
		const isNonceKept = number === 2 || when === 'after';
		expect((await answering(request)).status).toBe(isNonceKept ? 409 : 202);
		const again = await order(wish);
		expect(again.status).toBe(wasTaken || !isNonceKept ? 200 : 202);
		const [vms, installs] = [await store.read.vms.list(), await store.read.installs.list()];
		expect(vms.length + installs.length).toBe(1);
		expect((await order(wish)).body.operation.id).toBe(again.body.operation.id);
	}
});

test('an error that nobody expected is told to the log, not to whoever ordered', async () => {
	const world = await createWorld();
	const answer = await (await dying(world, 1, 'before'))(requestOf('POST', '/v1/orders', newVm));
	expect(answer).toMatchObject({status: 500, fault: expect.objectContaining({message: 'killed'})});
	expect(JSON.stringify(answer.body)).not.toContain('killed');
});

test('a database that cannot be used is a 503 that may be tried again', async () => {
	const world = await createWorld();
	await world.app.close();
	expect(await world.order(newVm)).toMatchObject({status: 503, retryAfter: 10, body: {error: {code: 'database'}}});
});
