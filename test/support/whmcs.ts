import {spawn, spawnSync} from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import {text} from 'node:stream/consumers';
import {hasProgram} from './needs.js';

const root = path.resolve(import.meta.dirname, '../..');
const driver = path.join(root, 'test/recipes/fixtures/whmcs.php');

/** Whether a real php with curl is here. */
export const hasPhpCurl = (): boolean => hasProgram(spawnSync('php', ['-r', 'exit(extension_loaded("curl") ? 0 : 1);']).status === 0, 'php-curl', 'apt-get install php-cli php-curl');

export type WhmcsServer = {readonly port: number; readonly key: string; readonly secret: string; readonly more?: Readonly<Record<string, unknown>>};

export type Whmcs = {
	/** Calls a function of our module as WHMCS would, for a service; what it returned. `env` may hold `PATH` of a wrapper. */
	readonly call: <T = unknown>(name: string, service?: number, parameters?: Readonly<Record<string, unknown>>, through?: readonly string[]) => Promise<T>;
	readonly metrics: (tenant?: string) => Promise<{readonly metrics: ReadonlyArray<readonly [string, string]>; readonly usage: Readonly<Record<string, Readonly<Record<string, number>>>>}>;
	/** What the module keeps of a service. */
	readonly kept: (service: number) => Readonly<Record<string, string>>;
	/** WHMCS's module log. */
	readonly log: () => string;
	readonly server: (changes: Partial<WhmcsServer>) => void;
};

/** What WHMCS does with our server module, by a real php; the state of WHMCS is in a folder. */
export const createWhmcs = (folder: string, at: WhmcsServer): Whmcs => {
	let server = at;
	const log = path.join(folder, 'module.log');
	const properties = (service: number): string => path.join(folder, `service-${service}.json`);

	const run = async <T>(asked: Readonly<Record<string, unknown>>, through: readonly string[] = []): Promise<T> => {
		const [command, ...args] = [...through, 'php', driver];
		const child = spawn(command, args, {stdio: 'pipe'});
		child.stdin.end(JSON.stringify({module: path.join(root, 'recipes/whmcs/cronsole'), log, ...asked}));
		const [out, error] = await Promise.all([text(child.stdout), text(child.stderr)]);
		try {
			return JSON.parse(out) as T;
		} catch {
			throw new Error(`php said: ${out}${error}`);
		}
	};

	const parametersOf = (): Readonly<Record<string, unknown>> => ({
		server: true, serverhostname: '127.0.0.1', serverip: '', serverport: String(server.port), serversecure: '', serverusername: server.key, serverpassword: server.secret, serveraccesshash: '', ...server.more,
	});

	return {
		call: async <T>(name: string, service = 0, parameters: Readonly<Record<string, unknown>> = {}, through: readonly string[] = []) => run<T>({
			function: name,
			...(service > 0 && {properties: properties(service)}),
			params: {
				...parametersOf(),
				...(service > 0 && {
					serviceid: service, userid: 5, domain: `vm${service}.example.net`, username: `vm${service}`, password: 'of-whmcs',
					configoption1: 'vm', configoption2: 'fra1', configoption3: 'debian-12', configoption4: 'kvm-s', configoptions: [], customfields: [],
					clientsdetails: {
						userid: 5, firstname: 'Ada', lastname: 'Lovelace', email: `ada${service}@example.org`,
					},
				}),
				...parameters,
			},
		}, through),
		metrics: async tenant => run({function: 'MetricProvider', params: parametersOf(), ...(tenant !== undefined && {tenant})}),
		kept: service => fs.existsSync(properties(service)) ? JSON.parse(fs.readFileSync(properties(service), 'utf8')) as Record<string, string> : {},
		log: () => fs.existsSync(log) ? fs.readFileSync(log, 'utf8') : '',
		server(changes) {
			server = {...server, ...changes};
		},
	};
};
