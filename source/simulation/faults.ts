/** Every kind of fault. */
const faultKinds = [
	'slow',
	'status',
	'proxy-refused',
	'proxy-timeout',
	'lost-answer',
	'failed-answer',
	'drop',
	'locked',
	'full',
	'no-quorum',
	'node-down',
	'warnings',
	'fail-task',
	'vanish',
	'revoked-token',
	'denied',
	'firewall-off',
] as const;

export type FaultKind = typeof faultKinds[number];

/** One thing that goes wrong, and where. */
export type FaultRule = {
	readonly kind: FaultKind;
	readonly method?: string;
	/** The source of a regular expression on the decoded path, with or without `/api2/json`. */
	readonly path?: string;
	readonly node?: string;
	readonly vmid?: number;
	readonly storage?: string;
	/** A task's type. */
	readonly type?: string;
	/** Fires so many times, then goes. */
	readonly count?: number;
	/** Lets so many matches pass first. */
	readonly skip?: number;
	readonly ms?: number;
	readonly status?: number;
	readonly text?: string;
};

/** What a fault may hit: a request, a task, a VM. */
export type FaultSubject = {
	readonly method?: string;
	readonly path?: string;
	readonly node?: string;
	readonly vmids?: readonly number[];
	readonly storage?: string;
	readonly type?: string;
	/** The privileges that a request needs. */
	readonly privileges?: readonly string[];
};

export type FaultEntry = FaultRule & {readonly id: number};

/** The switchable faults of a cluster. */
export type Faults = {
	/** A rule of the kind that fits, and one of its times is used up. */
	readonly take: (kind: FaultKind, subject: FaultSubject) => FaultRule | undefined;
	/** The same, for what holds as long as the rule is there: nothing is used up. */
	readonly find: (kind: FaultKind, subject: FaultSubject) => FaultRule | undefined;
	/** Obeys `{set}`, `{add}` or `{clear}`; throws a text where it is none of them. */
	readonly command: (command: unknown) => Readonly<Record<string, unknown>>;
	readonly list: () => readonly FaultEntry[];
};

type Entry = {readonly id: number; readonly rule: FaultRule; readonly path?: RegExp; skip: number; left: number};

const numbers = new Set(['vmid', 'count', 'skip', 'ms', 'status']);
const texts = new Set(['kind', 'method', 'path', 'node', 'storage', 'type', 'text']);

const parseRule = (given: unknown): FaultRule => {
	if (typeof given !== 'object' || given === null || Array.isArray(given)) {
		throw new TypeError('a rule is an object');
	}

	for (const [name, value] of Object.entries(given)) {
		const isNumber = Number.isSafeInteger(value) && numbers.has(name);
		const isText = typeof value === 'string' && texts.has(name);
		if (!isNumber && !isText) {
			throw new TypeError(`a rule has no such field or value: ${name}`);
		}
	}

	const rule = given as FaultRule;
	if (!faultKinds.includes(rule.kind)) {
		throw new TypeError(`unknown kind of fault; there are ${faultKinds.join(', ')}`);
	}

	return rule;
};

const fits = ({rule, path}: Entry, kind: FaultKind, subject: FaultSubject) => rule.kind === kind
	&& (rule.method === undefined || rule.method === subject.method)
	&& (path === undefined || (subject.path !== undefined && (path.test(subject.path) || path.test(`/api2/json${subject.path}`))))
	&& (rule.node === undefined || rule.node === subject.node)
	&& (rule.vmid === undefined || (subject.vmids ?? []).includes(rule.vmid))
	&& (rule.storage === undefined || rule.storage === subject.storage)
	&& (rule.type === undefined || rule.type === subject.type)
	&& (kind !== 'denied' || path !== undefined || rule.text === undefined || (subject.privileges ?? []).includes(rule.text));

/** Makes a world without faults, in which they can be switched on. */
export const createFaults = (): Faults => {
	let entries: Entry[] = [];
	let lastId = 0;

	const add = (given: unknown) => {
		const rule = parseRule(given);
		lastId++;
		entries.push({
			id: lastId, rule, path: rule.path === undefined ? undefined : new RegExp(rule.path), skip: rule.skip ?? 0, left: rule.count ?? Infinity,
		});
		return lastId;
	};

	return {
		take(kind, subject) {
			const entry = entries.find(candidate => fits(candidate, kind, subject));
			if (!entry) {
				return undefined;
			}

			if (entry.skip > 0) {
				entry.skip--;
				return undefined;
			}

			entry.left--;
			entries = entries.filter(({left}) => left > 0);
			return entry.rule;
		},
		find: (kind, subject) => entries.find(candidate => fits(candidate, kind, subject))?.rule,
		command(command) {
			const {set, add: added, clear} = (command ?? {}) as {readonly set?: unknown; readonly add?: unknown; readonly clear?: unknown};
			if (Array.isArray(set)) {
				const rules = set.map(rule => parseRule(rule));
				entries = [];
				return {ids: rules.map(rule => add(rule))};
			}

			if (added !== undefined) {
				return {id: add(added)};
			}

			if (clear === true || typeof clear === 'number') {
				entries = clear === true ? [] : entries.filter(({id}) => id !== clear);
				return {};
			}

			throw new TypeError('say {"set": [rule…]}, {"add": rule} or {"clear": true | id}');
		},
		list: () => entries.map(({id, rule, left, skip}) => ({
			...rule, id, ...(rule.count !== undefined && {count: left}), ...(rule.skip !== undefined && {skip}),
		})),
	};
};
