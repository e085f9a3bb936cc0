import {Buffer} from 'node:buffer';
import {type ServerResponse} from 'node:http';
import {onTestFinished} from 'vitest';
import {reply, startHttpsServer, type HttpsServer} from './https-server.js';

export type WhmcsService = Record<string, string>;

export type WhmcsServer = HttpsServer & {
	/** Of services, by their numbers; an order makes one there. */
	readonly services: Map<number, WhmcsService>;
	readonly lines: Array<{readonly description: string; readonly clientid: string | null}>;
	readonly letters: Array<{readonly messagename: string; readonly id: string; readonly customvars: string}>;
	readonly fault: {current: 'none' | 'address' | 'role' | 'login' | 'maintenance' | 'error' | 'hang-up' | 'busy'};
	readonly login: {readonly identifier: string; readonly secret: string};
};

const login = {identifier: 'identifier-of-the-api', secret: 'secret-of-the-api'};

const refusals: Readonly<Record<string, readonly [status: number, message: string]>> = {
	address: [403, 'Invalid IP 203.0.113.9'],
	role: [403, 'Invalid Permissions: API action "updateclientproduct" is not allowed'],
	login: [403, 'Authentication Failed'],
};

/** WHMCS's `includes/api.php` as its documentation has it: numbers come as strings, what is empty as "", and what it does not accept as 403. */
export const startWhmcs = async (): Promise<WhmcsServer> => {
	const services = new Map<number, WhmcsService>();
	const lines: Array<{readonly description: string; readonly clientid: string | null}> = [];
	const letters: Array<{readonly messagename: string; readonly id: string; readonly customvars: string}> = [];
	const fault: WhmcsServer['fault'] = {current: 'none'};

	const fail = (message: string) => ({result: 'error', message});

	const actions: Readonly<Record<string, (form: URLSearchParams) => Readonly<Record<string, unknown>>>> = {
		UpdateClientProduct(form) {
			const service = services.get(Number(form.get('serviceid')));
			if (!service) {
				return fail('Service ID Not Found');
			}

			for (const [name, value] of form) {
				if (!['identifier', 'secret', 'accesskey', 'action', 'responsetype', 'serviceid'].includes(name)) {
					service[name] = value;
				}
			}

			return {result: 'success', serviceid: form.get('serviceid')};
		},
		LogActivity(form) {
			lines.push({description: form.get('description')!, clientid: form.get('clientid')});
			return {result: 'success'};
		},
		SendEmail(form) {
			if (form.get('messagename') === 'Gone') {
				return fail('Email Template not found');
			}

			letters.push({messagename: form.get('messagename')!, id: form.get('id')!, customvars: Buffer.from(form.get('customvars') ?? '', 'base64').toString()});
			return {result: 'success'};
		},
	};

	const perform = (form: URLSearchParams): Readonly<Record<string, unknown>> => actions[form.get('action') ?? '']?.(form) ?? fail(`Invalid API Action: ${form.get('action')}`);

	const faults: Readonly<Partial<Record<WhmcsServer['fault']['current'], (response: ServerResponse, form: URLSearchParams) => void>>> = {
		maintenance(response) {
			reply(response, {body: '<html>Down for Maintenance</html>'});
		},
		busy(response) {
			reply(response, {status: 503, body: 'busy', headers: {'retry-after': '7'}});
		},
		error(response) {
			reply(response, {status: 500, body: ''});
		},
		// It is done, and nobody hears of it.
		'hang-up'(response, form) {
			perform(form);
			response.destroy();
		},
	};

	const server = await startHttpsServer(({url, method, body}, response) => {
		if (url !== '/includes/api.php' || method !== 'POST') {
			reply(response, {status: 404, body: '<html>Not Found</html>'});
			return;
		}

		const form = new URLSearchParams(body);
		const refusal = form.get('identifier') === login.identifier && form.get('secret') === login.secret ? refusals[fault.current] : refusals.login;
		if (refusal) {
			reply(response, {status: refusal[0], body: JSON.stringify({result: 'error', message: refusal[1]})});
			return;
		}

		const broken = faults[fault.current];
		if (broken) {
			broken(response, form);
			return;
		}

		reply(response, {body: JSON.stringify(perform(form))});
	});
	onTestFinished(server.close);
	return {
		...server, services, lines, letters, fault, login,
	};
};
