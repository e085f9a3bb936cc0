export type Parameters = Readonly<Record<string, string | number | boolean | undefined>>;

/** One call of the API, before it is put on the wire. */
export type ApiCall = {
	readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
	/** Below `/api2/json`, encoded. */
	readonly path: string;
	readonly parameters?: Parameters;
	/** The node in the path, which the asked one forwards to. */
	readonly node?: string;
	/** A POST that changes nothing may be asked anywhere, by anybody, again. */
	readonly isHarmless?: boolean;
};

/** Whether the call may change something: its guard is asked, and it is sent once. */
export const isChange = ({method, isHarmless}: ApiCall): boolean => method !== 'GET' && !isHarmless;

/** A path whose values are encoded: ``path`/nodes/${node}/qemu` ``. */
export const path = (strings: TemplateStringsArray, ...values: ReadonlyArray<string | number>): string => String.raw({raw: strings}, ...values.map(value => {
	if (/^\.{0,2}$/.test(String(value))) {
		throw new TypeError(`“${value}” cannot stand in a path`); // A URL would resolve `..` and reach another call.
	}

	return encodeURIComponent(value);
}));

// Proxmox wants the keys encoded before the form is, and gives them back so.
const textOf = (name: string, value: string | number | boolean): string => {
	if (typeof value === 'boolean') {
		return value ? '1' : '0';
	}

	return name === 'sshkeys' ? encodeURIComponent(value) : String(value);
};

/** The parameters as a form or a query; empty where there are none. */
export const formOf = (parameters: Parameters = {}): string => String(new URLSearchParams(Object.entries(parameters)
	.flatMap(([name, value]): Array<[string, string]> => value === undefined ? [] : [[name, textOf(name, value)]])));

/** Where the call goes below a server's URL, and what its body is. Parameters of GET and DELETE stand in the query: Proxmox refuses a body there. */
export const encode = ({method, path: target, parameters}: ApiCall): {readonly target: string; readonly body: string | undefined} => {
	const form = formOf(parameters);
	const isInQuery = method === 'GET' || method === 'DELETE';
	return {target: `/api2/json${target}${isInQuery && form !== '' ? `?${form}` : ''}`, body: isInQuery || form === '' ? undefined : form};
};
