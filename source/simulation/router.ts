import {allEndpoints} from './endpoints/all.js';
import {type Endpoint} from './endpoint.js';
import {
	Refusal,
	deny,
	refuse,
	refuseParameters,
} from './refusal.js';
import {verify} from './verify.js';
import {type World} from './world.js';

/** A request as the API understands it. */
export type ApiRequest = {
	readonly method: string;
	/** Decoded, without `/api2/json`. */
	readonly path: string;
	readonly parameters: Readonly<Record<string, string>>;
};

/** The row that serves a request, and what its path says. */
export type Route = {readonly endpoint: Endpoint; readonly inPath: Readonly<Record<string, string>>};

type Compiled = {readonly endpoint: Endpoint; readonly pattern: RegExp};

// A volume's name holds slashes, and so may the address of a network.
const compile = (endpoint: Endpoint): Compiled => ({
	endpoint,
	pattern: new RegExp(`^${endpoint.path.replaceAll(/\{(\w+)\}$/g, (_, name: string) => name === 'volume' || name === 'cidr' ? `(?<${name}>.+)` : `(?<${name}>[^/]+)`).replaceAll(/(?<!<)\{(\w+)\}/g, '(?<$1>[^/]+)')}$`),
});

// Literal paths come before paths with names in them.
const byMethod = Map.groupBy(allEndpoints.toSorted((a, b) => a.path.split('{').length - b.path.split('{').length).map(endpoint => compile(endpoint)), ({endpoint}) => endpoint.method);

/** Finds the row for a request; there is none: 501. */
export const findRoute = ({method, path}: ApiRequest): Route => {
	for (const {endpoint, pattern} of byMethod.get(method as Endpoint['method']) ?? []) {
		const found = pattern.exec(path);
		if (found) {
			return {endpoint, inPath: {...found.groups}};
		}
	}

	throw new Refusal(501, `Method '${method} ${path}' not implemented`);
};

const withNames = (template: string, names: Readonly<Record<string, string>>) => template.replaceAll(/\{(\w+)\}/g, (_, name: string) => names[name] ?? '');

const assertAllowed = (world: World, request: ApiRequest, {endpoint, inPath}: Route) => {
	const [where = endpoint.path, ...privileges] = endpoint.privilege ?? [];
	const fault = world.faults.take('denied', {
		method: request.method, path: request.path, node: inPath.node, vmids: [Number(inPath.vmid)], storage: inPath.storage, privileges,
	});
	if (fault) {
		deny(withNames(where, {...request.parameters, ...inPath}), fault.text ?? privileges[0] ?? 'Sys.Audit');
	}
};

const assertReachable = (world: World, {endpoint, inPath}: Route) => {
	const {node} = inPath;
	if (node === undefined) {
		return;
	}

	const host = world.hosts.find(({name}) => name === node);
	if (!host && endpoint.isForwarded) {
		refuse(`hostname lookup '${node}' failed - failed to get address info for: ${node}: Name or service not known`);
	}

	if (host?.offlineSince !== undefined && endpoint.isForwarded) {
		throw new Refusal(595, 'Connection refused');
	}
};

/** Runs a request: privileges, the way to the node, parameters, and then the call itself. */
export const runRequest = (world: World, request: ApiRequest, route: Route): unknown => {
	const {endpoint, inPath} = route;
	assertAllowed(world, request, route);
	assertReachable(world, route);
	for (const [name, value] of Object.entries(inPath)) {
		if (request.parameters[name] !== undefined && request.parameters[name] !== value) {
			refuseParameters({[name]: 'duplicate parameter (already defined in URI) with conflicting values!'});
		}
	}

	const parameters = {...request.parameters, ...inPath};
	const errors = verify(endpoint.rules, parameters, world.pve);
	if (Object.keys(errors).length > 0) {
		refuseParameters(errors);
	}

	return endpoint.run({
		world, parameters, node: inPath.node ?? '', vmid: Number(inPath.vmid ?? parameters.vmid ?? 0),
	});
};
