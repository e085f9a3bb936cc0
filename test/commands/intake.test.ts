import {writeFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {newVm} from '../intake/world.js';
import {config, createShell, type Said} from './shell.js';

const createIntake = () => {
	const shell = createShell(config);
	return {
		...shell,
		send: async (request: unknown, flags = ''): Promise<Said> => shell.cronsole(`intake ${flags}`, {stdin: typeof request === 'string' ? request : JSON.stringify(request)}),
	};
};

const post = (body: unknown) => ({method: 'POST', path: '/v1/orders', body});

test('an order over ssh needs no signature: the session is its proof, and its name the actor', async () => {
	const {send, openStore} = createIntake();
	const {code, err, json} = await send(post(newVm));
	expect([code, err, json()]).toMatchObject([0, '', {status: 202, body: {operation: {id: 'o1', state: 'accepted', service: {id: 77, client: 5}}, vm: {id: 'v101'}}}]);
	expect((await send(post(newVm))).json()).toMatchObject({status: 200, body: {operation: {id: 'o1'}}});
	const store = await openStore();
	expect(await store.read.activity.list({limit: 1})).toMatchObject([{actor: 'anna', address: '192.0.2.7'}]);
	expect((await send({method: 'GET', path: '/v1/operations/o1'}, '--as ben')).json()).toMatchObject({status: 200, body: {operation: {orderKey: 'CreateAccount:77:1'}}});
	expect((await send({method: 'GET', path: '/v1/ping'})).json().body).toMatchObject({leader: false});
	// Of another session the same key is another order.
	expect((await send(post({
		...newVm, action: 'suspend', order: undefined, reference: 'whmcs-77',
	}), '--as ben')).json()).toMatchObject({status: 202, body: {operation: {id: 'o2'}}});
});

test('a refusal is an answer on standard output too, with exit code 2', async () => {
	const {send} = createIntake();
	await send(post(newVm));
	const conflict = await send(post({...newVm, service: null}));
	expect([conflict.code, conflict.err, conflict.json()]).toMatchObject([2, '', {status: 409, body: {error: {code: 'conflict'}}}]);
	expect((await send({method: 'GET', path: '/v1/services/nobody'}))).toMatchObject({code: 2});
	expect((await send(post({}))).json().body.error.problems).toEqual(['orderKey: is missing', 'action: is missing', 'kind: is missing']);
});

test.each([
	['', 'the request is empty'],
	['{', 'the request is no JSON'],
	['[]', 'the request is no JSON object'],
	['{"method": "GET"}', 'the request needs a method and a path, both texts'],
	['{"method": "GET", "path": "/v1/ping", "signature": ""}', 'the request has no signature'],
	['{"method": "GET", "path": "/v1/ping", "path": "/v1/usage"}', 'path: this key stands there twice'],
])('%s on standard input is refused with what to write', async (text, wrong) => {
	const {code, out, err} = await createIntake().send(text);
	expect([code, out]).toEqual([2, '']);
	expect(err).toContain(wrong);
});

test('a person at a terminal is told what it is for', async () => {
	const {cronsole} = createIntake();
	const {code, err} = await cronsole('intake', {isTerminal: true});
	expect([code, err]).toMatchObject([2, expect.stringContaining('there is no request on standard input')]);
	expect((await cronsole('intake --read-only', {stdin: '{}'})).code).toBe(2);
});

test('a database that does not open is an answer 503 with exit code 69; a wrong config is none', async () => {
	const {send, folder, file} = createIntake();
	const away = `${folder}/there.db`;
	writeFileSync(away, 'no database at all, but long enough to be taken for one by its first look'.repeat(20));
	const {code, json} = await send({method: 'GET', path: '/v1/ping'}, `--database ${away}`);
	expect([code, json()]).toMatchObject([69, {status: 503, body: {error: {code: 'database'}}}]);
	writeFileSync(file, 'zone: UTC\n');
	expect(await send({method: 'GET', path: '/v1/ping'})).toMatchObject({code: 2, out: ''});
});
