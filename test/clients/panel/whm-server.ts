import {type Received, reply, startHttpsServer} from '../../support/https-server.js';
import {
	type Said,
	whmFunctions,
	type WhmWorld,
	wpxFunctions,
} from './whm-world.js';

/** What happens to the next call of that function. */
export type WhmFault = {
	/** `createacct`, `WPX/create_website`. */
	readonly on: string;
	/** `cut`: the connection ends without an answer; `hang`: nothing comes; `done-then-…`: after it was done. Undefined: it is answered as ever. */
	readonly answer?: 'cut' | 'hang' | 'done-then-cut' | 'done-then-hang' | {readonly status: number; readonly body: string; readonly headers?: Readonly<Record<string, string>>};
	/** Somebody else is faster. */
	readonly before?: () => void;
};

export const loginPage = '<!DOCTYPE html><html><head><title>WHM Login</title></head><body><form id="login_form"><input name="user"><input name="pass" type="password"></form></body></html>';
export const accessDenied = JSON.stringify({
	cpanelresult: {
		apiversion: '2', error: 'Access denied', data: {reason: 'Access denied', result: '0'}, type: 'text',
	},
});

/** The function that a request asks for. */
const nameOf = ({url, body}: Received): string => {
	const form = new URLSearchParams(body);
	const name = url.replace(/^\/json-api\//, '').split('?', 1)[0]!;
	return name === 'uapi_cpanel' ? `${form.get('cpanel.module')}/${form.get('cpanel.function')}` : name;
};

const inWords = ({data, refused}: Said, command: string) => ({
	metadata: {
		version: 1, command, result: refused === undefined ? 1 : 0, reason: refused ?? 'OK',
	}, ...(refused === undefined && {data}),
});

const unfit = (form: Readonly<Record<string, string>>, takes: readonly string[]): Said | undefined => {
	const strange = Object.keys(form).filter(key => !takes.includes(key));
	return strange.length > 0 ? {refused: `Unexpected parameters: ${strange.join(', ')}`} : undefined;
};

/** WHM API 1 with UAPI's WPX as far as it is documented, strict about what it takes, over real HTTPS. */
export const startWhm = async (token = 'WHMTOKEN0123456789') => {
	const world: WhmWorld = {
		users: new Map(), tasks: new Map(), packing: new Map(), isHeld: false, nextFails: null, ids: 0,
	};
	const faults: WhmFault[] = [];
	const asked: string[] = [];
	let changes = 0;

	const callWpx = (form: Readonly<Record<string, string>>): Said => {
		const {'cpanel.user': user, 'cpanel.module': module, 'cpanel.function': name, ...given} = form;
		const row = module === 'WPX' && Object.hasOwn(wpxFunctions, name!) ? wpxFunctions[name!]! : undefined;
		const found = world.users.get(user!);
		if (!row || !found) {
			return {refused: found ? `Failed to load module “${module}”: the function “${name}” is not there` : `(XID 3y67mz) You do not have a user named “${user}”.`};
		}

		changes += row.isChange ? 1 : 0;
		const {data, refused} = unfit(given, row.takes) ?? row.does(world, found, given);
		return {
			data: {
				uapi: {
					status: refused === undefined ? 1 : 0, data: data ?? null, errors: refused === undefined ? null : [refused], messages: null, warnings: null, metadata: {},
				},
			},
		};
	};

	const call = (name: string, form: Readonly<Record<string, string>>): Said => {
		if (name === 'uapi_cpanel') {
			return callWpx(form);
		}

		const row = Object.hasOwn(whmFunctions, name) ? whmFunctions[name]! : undefined;
		changes += row?.isChange ? 1 : 0;
		return row ? unfit(form, row.takes) ?? row.does(world, form) : {refused: `Unknown app (“${name}”) requested for this version (1) of the API.`};
	};

	const answer = ({method, url, headers, body}: Received): {readonly status?: number; readonly body: string} => {
		if (headers.authorization !== `whm root:${token}`) {
			return {status: 401, body: loginPage};
		}

		const {pathname, search} = new URL(url, 'https://whm');
		if (method !== 'POST' || search !== '?api.version=1' || headers['content-type'] !== 'application/x-www-form-urlencoded') {
			return {status: 400, body: 'not as agreed'};
		}

		const name = pathname.replace(/^\/json-api\//, '');
		const form = Object.fromEntries(new URLSearchParams(body));
		return {body: JSON.stringify(inWords(call(name, form), name))};
	};

	const server = await startHttpsServer((request, response) => {
		const name = nameOf(request);
		asked.push(name);
		const index = faults.findIndex(({on}) => on === name);
		const {before, answer: how = 'answered'} = index === -1 ? {} : faults.splice(index, 1)[0]!;
		before?.();
		const given = how === 'answered' || (typeof how === 'string' && how.startsWith('done')) ? answer(request) : undefined;
		if (how === 'answered') {
			reply(response, given);
		} else if (typeof how === 'object') {
			reply(response, {headers: {'content-type': 'text/html'}, ...how});
		} else if (how.endsWith('cut')) {
			response.destroy();
		}
	});

	return {
		...server, token, world, faults, asked, countChanges: () => changes,
	};
};

export type WhmServer = Awaited<ReturnType<typeof startWhm>>;
