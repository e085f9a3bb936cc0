import {type App} from '../app.js';
import {type Clock} from '../domain/clock.js';
import {safeText} from '../domain/safe-text.js';
import {type Answer, refusal} from './answer.js';
import {type Caller} from './gate.js';
import {placeOrder} from './place-order.js';
import {
	viewOrder,
	viewPing,
	viewReference,
	viewUsage,
} from './views.js';

/** What a route answers with; `word`: the last part of its path. */
type Question = {
	readonly app: App;
	readonly clock: Clock;
	readonly caller: Caller;
	/** Whose orders may be looked at; null: everybody's. */
	readonly owner: string | null;
	readonly word: string;
	readonly query: URLSearchParams;
	readonly body: unknown;
};

export type Route = {
	readonly method: 'GET' | 'POST';
	/** As docs/openapi.yaml has it; one in braces stands for any one part. */
	readonly path: string;
	/** Queries that it takes. */
	readonly queries: readonly string[];
	readonly answer: (question: Question) => Promise<Answer>;
};

const nothing = (message: string): Answer => refusal(404, {code: 'unknown', message, hint: 'docs/openapi.yaml lists what there is'});

const found = (body: Answer['body']): Answer => ({status: 200, body});

/** Everything that a billing system may ask. */
export const routes: readonly Route[] = [
	{
		method: 'POST', path: '/v1/orders', queries: [],
		async answer({app, body, caller}) {
			const {order, isNew} = await placeOrder(app, body, caller);
			return {status: isNew ? 202 : 200, body: await viewOrder(app, order)};
		},
	},
	{
		method: 'GET', path: '/v1/operations/{id}', queries: [],
		async answer({app, word, owner}) {
			const id = /^o(\d{1,15})$/.exec(word)?.[1];
			const order = id === undefined ? undefined : await app.read.intake.find(Number(id));
			return order && (owner === null || order.keyName === owner) ? found(await viewOrder(app, order)) : nothing(`there is no operation ${safeText(word, 40)} of this key`);
		},
	},
	{
		method: 'GET', path: '/v1/services/{reference}', queries: [],
		async answer({app, word, owner}) {
			const view = await viewReference(app, word, owner);
			return view ? found(view) : nothing(`nothing was ordered under the reference ${safeText(word, 100)}`);
		},
	},
	{
		method: 'GET', path: '/v1/usage', queries: ['month'],
		answer: async ({app, query, clock}) => found(await viewUsage(app, query.get('month'), clock.now())),
	},
	{
		method: 'GET', path: '/v1/ping', queries: [],
		answer: async ({app, clock}) => found(await viewPing(app, clock.now())),
	},
];

/** A path taken apart; undefined: it is none. */
type Place = {readonly parts: readonly string[]; readonly query: URLSearchParams};

export const readPath = (path: string): Place | undefined => {
	if (path.length > 2000 || !path.startsWith('/')) {
		return undefined;
	}

	const end = path.indexOf('?');
	try {
		const parts = (end === -1 ? path : path.slice(0, end)).split('/').map(part => decodeURIComponent(part));
		return {parts, query: new URLSearchParams(end === -1 ? '' : path.slice(end))};
	} catch {
		return undefined;
	}
};

const fits = ({path}: Route, parts: readonly string[]): boolean => {
	const wanted = path.split('/');
	return wanted.length === parts.length && wanted.every((part, index) => part.startsWith('{') ? parts[index] !== '' : part === parts[index]);
};

/** The route of a request, or why there is none. */
export const findRoute = (method: string, {parts, query}: Place): Route | Answer => {
	const here = routes.filter(route => fits(route, parts));
	if (here.length === 0) {
		return nothing(`there is no ${safeText(parts.join('/'), 100)}`);
	}

	const route = here.find(candidate => candidate.method === method);
	if (!route) {
		const allow = here.map(candidate => candidate.method).join(', ');
		return refusal(405, {code: 'method', message: `${safeText(method, 20)} is not for ${safeText(parts.join('/'), 100)}`, hint: `send ${allow}`}, {allow});
	}

	const other = query.keys().find(name => !route.queries.includes(name));
	return other === undefined ? route : refusal(422, {code: 'invalid', message: `there is no query ${safeText(other, 40)}`, hint: route.queries.length === 0 ? 'leave it out' : `there is ${route.queries.join(', ')}`});
};
