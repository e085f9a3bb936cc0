import fs from 'node:fs';
import path from 'node:path';
import {parse} from 'yaml';
import {expect, test} from 'vitest';
import * as z from 'zod';
import {type Answer} from '../../source/intake/answer.js';
import {routes} from '../../source/intake/routes.js';
import {createWorld, type Own, type World} from '../intake/world.js';
import {root} from './pages.js';

const spec = parse(fs.readFileSync(path.join(root, 'docs/openapi.yaml'), 'utf8'));

/** What a schema of the document takes; references are looked up in the document itself. */
const schemaOf = (reference: string): z.ZodType => {
	const text = JSON.stringify({$ref: reference, $defs: spec.components.schemas});
	return z.fromJSONSchema(JSON.parse(text.replaceAll('#/components/schemas/', '#/$defs/')));
};

/** What the document says of an answer; throws where it says nothing of that status. */
const checkAnswer = (method: string, template: string, {status, body}: Answer): void => {
	const told = spec.paths[template][method.toLowerCase()].responses[String(status)];
	expect(told, `${method} ${template} answers ${status}, and the document does not know`).toBeDefined();
	const {schema} = (told.$ref ? spec.components.responses.Refused : told).content['application/json'];
	// As it arrives: what is undefined is not there.
	const text = JSON.stringify(body);
	const sent: unknown = JSON.parse(text);
	expect(schemaOf(schema.$ref).safeParse(sent).error?.issues).toBeUndefined();
};

const examples: ReadonlyArray<readonly [string, {readonly value: Readonly<Record<string, unknown>>}]> = Object.entries(spec.paths['/v1/orders'].post.requestBody.content['application/json'].examples);

const makeReady = async ({store}: World): Promise<void> => store.write(async ({vms, operations, installs}) => {
	await operations.cancelOpen(101, Date.now(), 'over');
	await vms.enter(await vms.get(101), 'ready', Date.now());
	await installs.change((await installs.find(1))!, {state: 'done', accountState: 'active'}, Date.now());
});

test('the document has every route with its queries, and no other', () => {
	const told = Object.entries<any>(spec.paths).flatMap(([name, methods]) => Object.entries<any>(methods).map(([method, {parameters = []}]) =>
		[method.toUpperCase(), name, parameters.filter((one: any) => one.in === 'query').map((one: any) => one.name)]));
	const lines = (rows: ReadonlyArray<readonly unknown[]>) => rows.map(row => JSON.stringify(row)).toSorted();
	expect(lines(told)).toEqual(lines(routes.map(({method, path: name, queries}) => [method, name, queries])));
});

test('every example of the document is an order that is taken, and is answered as the document says', async () => {
	const world = await createWorld();
	const order = schemaOf('#/components/schemas/Order');
	for (const [index, [name, {value}]] of examples.entries()) {
		expect(order.safeParse(value).error?.issues, name).toBeUndefined();
		const answer = await world.order(value);
		expect([name, answer.status, answer.body.error]).toEqual([name, 202, undefined]);
		checkAnswer('POST', '/v1/orders', answer);
		checkAnswer('POST', '/v1/orders', await world.order(value));
		checkAnswer('GET', '/v1/operations/{id}', await world.send('GET', `/v1/operations/${answer.body.operation.id}`));
		if (index === 1) {
			await makeReady(world);
		}
	}

	for (const [template, where] of [['/v1/services/{reference}', '/v1/services/whmcs-77'], ['/v1/services/{reference}', '/v1/services/whmcs-901'], ['/v1/usage', '/v1/usage'], ['/v1/ping', '/v1/ping']] as const) {
		const answer = await world.send('GET', where);
		expect(answer.status).toBe(200);
		checkAnswer('GET', template, answer);
	}
});

test('every action on either kind has its example', () => {
	const shown = new Set(examples.map(([, {value}]) => String(value.action)));
	expect([...shown].toSorted()).toEqual(spec.components.schemas.Order.properties.action.enum.toSorted());
});

test.each<[string, string, string, unknown, Own]>([
	['POST', '/v1/orders', '/v1/orders', {}, {}],
	['POST', '/v1/orders', '/v1/orders', undefined, {raw: '{'}],
	['POST', '/v1/orders', '/v1/orders', {}, {key: 'nobody'}],
	['POST', '/v1/orders', '/v1/orders', {}, {timestamp: 1}],
	['POST', '/v1/orders', '/v1/orders', {}, {headers: {'content-type': 'text/plain'}}],
	['POST', '/v1/orders', '/v1/orders', {}, {raw: 'x'.repeat(70_000)}],
	['GET', '/v1/operations/{id}', '/v1/operations/o7', undefined, {}],
	['GET', '/v1/services/{reference}', '/v1/services/nobody', undefined, {}],
	['GET', '/v1/usage', '/v1/usage?month=never', undefined, {}],
])('a refusal of %s %s is one that the document knows (%#)', async (method, template, where, body, own) => {
	const {send} = await createWorld();
	const answer = await send(method, where, body, own);
	expect(answer.status).toBeGreaterThanOrEqual(400);
	checkAnswer(method, template, answer);
});

test('the document would notice what it does not know', () => {
	expect(() => {
		checkAnswer('GET', '/v1/ping', {status: 418, body: {}});
	}).toThrow('does not know');
	expect(() => {
		checkAnswer('GET', '/v1/ping', {
			status: 200, body: {
				version: '1', installation: 'a', leader: 'yes', clock: 1,
			},
		});
	}).toThrow();
});
