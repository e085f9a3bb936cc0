import {spawn, type ChildProcess} from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** The recipes as they are shipped. */
export const recipes = path.resolve(import.meta.dirname, '../../recipes');

export type Answer = {
	readonly ok: boolean; readonly changed: readonly string[]; readonly error: string | null;
	readonly site: {readonly url: string; readonly adminUrl: string | null; readonly adminUser: string | null; readonly adminPassword: string | null} | null;
	readonly state?: {readonly account: boolean; readonly site: string};
};

/** What a recipe left: `answer` is all of its standard output. Code null: it was killed. */
export type Told = {readonly code: number | null; readonly answer: Answer; readonly log: string};

export type Wish = {
	readonly account?: string; readonly domain?: string; readonly job?: string; readonly plan?: string; readonly site?: Readonly<Record<string, unknown>>;
};

export type RecipeWorld = {
	readonly folder: string;
	/** The web root. */
	readonly root: string;
	readonly password: string;
	/** The folder of an account. */
	readonly account: (name?: string) => string;
	/** What a file of an account holds. */
	readonly read: (file: string, name?: string) => string;
	/** Everything in the web root. */
	readonly list: () => readonly string[];
	/** Starts it in a process group of its own; what it says is read. */
	readonly begin: (action: string, wish?: Wish) => {readonly child: ChildProcess; readonly told: Promise<Told>};
	readonly ask: (action: string, wish?: Wish) => Promise<Told>;
	/** Again where another run is at work still, as cronsole does. */
	readonly insist: (action: string, wish?: Wish) => Promise<Told>;
	readonly close: () => void;
};

/** Of a site at its domain. */
export const urlOf = (domain: string): string => `http://${domain}`;

export const requestOf = (app: string, password: string, action: string, wish: Wish) => {
	const account = wish.account ?? 'shop';
	const domain = wish.domain ?? `${account}.example.org`;
	return {
		v: 1, action, job: wish.job ?? 'i1', attempt: 1,
		account: {
			name: account, domain, plan: wish.plan ?? 'starter', email: 'ada@example.org',
		},
		site: {
			application: app, domain, title: 'My shop & I', adminUser: 'ada', adminEmail: 'ada@example.org', adminPassword: password, url: `${urlOf(domain)}/`, ...wish.site,
		},
	};
};

/** A request to a program on its standard input; exactly one JSON object must come back. */
export const tell = (command: readonly string[], input: string, env?: NodeJS.ProcessEnv): {readonly child: ChildProcess; readonly told: Promise<Told>} => {
	const child = spawn(command[0]!, command.slice(1), {stdio: 'pipe', detached: true, ...(env && {env})});
	let out = '';
	let log = '';
	child.stdout.on('data', (part: Buffer) => {
		out += part.toString();
	});
	child.stderr.on('data', (part: Buffer) => {
		log += part.toString();
	});
	child.stdin.on('error', () => {
		// It was killed before it read.
	});
	child.stdin.end(input);
	const told = new Promise<Told>((resolve, reject) => {
		child.once('close', code => {
			try {
				resolve({code, log, answer: out === '' && code === null ? undefined : JSON.parse(out)});
			} catch (error) {
				reject(new Error(`not one JSON object: ${out}${log}`, {cause: error}));
			}
		});
	});
	return {child, told};
};

/** A web root of its own for one recipe, with the operator's config as it is shipped but for `settings`. */
export const createRecipeWorld = (app: string, settings: Readonly<Record<string, string>> = {}): RecipeWorld => {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cronsole-recipe-'));
	const root = settings.root ?? path.join(folder, 'www');
	fs.mkdirSync(root, {recursive: true});
	const config = path.join(folder, 'recipe.ini');
	const lines = fs.readFileSync(path.join(recipes, app, `${app}.ini`), 'utf8').split('\n');
	const given: Record<string, string> = {
		root, owner: '', group: '', ...settings,
	};
	const rest = new Set(Object.keys(given));
	const changed = lines.map(line => {
		const key = /^([a-z[\]_]+) =/i.exec(line)?.[1];
		return key !== undefined && rest.delete(key) ? `${key} = ${given[key]}` : line;
	});
	fs.writeFileSync(config, [...changed, ...Array.from(rest, key => `${key} = ${given[key]}`), ''].join('\n'), {mode: 0o644});
	const program = path.join(recipes, app, `provision-${app}`);
	const password = 'aDm:n-p.ssw,rd=of+tests';

	const begin: RecipeWorld['begin'] = (action, wish = {}) => tell([program, `--config=${config}`], JSON.stringify(requestOf(app, password, action, wish)));
	const ask: RecipeWorld['ask'] = async (action, wish) => begin(action, wish).told;
	return {
		folder, root, password, begin, ask,
		account: (name = 'shop') => path.join(root, 'accounts', name),
		read: (file, name = 'shop') => fs.readFileSync(path.join(root, 'accounts', name, file), 'utf8'),
		list: () => fs.readdirSync(root, {recursive: true, encoding: 'utf8'}).toSorted(),
		async insist(action, wish) {
			for (let tries = 0; ; tries++) {
				const told = await ask(action, wish);
				if (tries === 100 || !(told.code === 75 && told.answer.error?.startsWith('locked'))) {
					return told;
				}
			}
		},
		close() {
			fs.rmSync(folder, {recursive: true, force: true});
		},
	};
};

/** All files of a folder by their paths: what small ones hold, where links lead; of large ones when they were written. */
export const snapshot = (folder: string): ReadonlyMap<string, string> => {
	const names = fs.readdirSync(folder, {recursive: true, encoding: 'utf8'}).toSorted();
	return new Map(names.map(name => {
		const file = path.join(folder, name);
		const stat = fs.lstatSync(file);
		const small = stat.isFile() && stat.size <= 8192 ? fs.readFileSync(file, 'latin1') : '';
		const content = stat.isSymbolicLink() ? fs.readlinkSync(file) : small;
		return [name, `${stat.mode.toString(8)} ${stat.isDirectory() ? '' : `${stat.size} ${stat.mtimeMs} `}${content}`];
	}));
};

export const modeOf = (file: string): string => (fs.statSync(file).mode % 0o1000).toString(8);
