import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {request, Agent} from 'undici';
import Database from 'better-sqlite3';
import {
	describe,
	expect,
	test,
	vi,
} from 'vitest';
import {verbs, type Verb} from '../../source/intents/verbs.js';
import {site} from '../commands/installing.js';
import {createShell} from '../commands/shell.js';
import {order, until} from '../support/program.js';
import {
	createPlanted,
	planted,
	writings,
	type Planted,
} from './planted.js';

/** Where a password must lie until its mail is out; nowhere else may any secret be. */
const mayHold = new Set(['vms.password', 'installs.admin_password', 'outbox.variables_json']);

const fault = async ({simulator}: Planted, rule: unknown): Promise<void> => {
	const {statusCode} = await request(`${simulator.url}/_sim/faults`, {
		method: 'POST', body: JSON.stringify({add: rule}), headers: {'content-type': 'application/json'}, dispatcher: new Agent({connect: {rejectUnauthorized: false}, pipelining: 0}),
	});
	expect(statusCode).toBe(200);
};

// eslint-disable-next-line regexp/no-super-linear-move -- What is read is ours.
const wordsOf = ({name, usage}: Verb): readonly string[] => usage.replaceAll(/\[[^\]]*\]/g, '').split(' ').filter(word => word !== '')
	.map(word => ({
		ID: '1', NAME: 'vm-ready', WHAT: 'web1.example.net', ADDRESS: '10.9.1.1',
	})[word] ?? (name.startsWith('install') ? 'i1' : 'order-1'));

/** What every command that only looks says, twice. */
const sayAll = async (world: Planted): Promise<string> => {
	const said: string[] = [];
	const {cronsole} = createShell();
	vi.stubEnv('PATH', world.env.PATH);
	for (const verb of (verbs as readonly Verb[]).filter(({isWriting}) => !isWriting)) {
		for (const flags of [[], ['--json']]) {
			const {out, err} = await cronsole([...verb.name.split(' '), ...wordsOf(verb), ...flags, '--config', world.config], {env: world.env});
			said.push(`${verb.name}: ${out}\n${err}`);
		}
	}

	vi.unstubAllEnvs();
	return said.join('\n');
};

const readProcess = (pid: string, name: string): string => {
	try {
		return readFileSync(`/proc/${pid}/${name}`, 'latin1');
	} catch {
		return '';
	}
};

/** The command line of every process, and the environment of those that the daemon started, as long as it is watched. */
const watchProcesses = ({daemon}: Planted) => {
	const seen = new Set<string>();
	let children = 0;
	const timer = setInterval(() => {
		for (const pid of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
			const line = readProcess(pid, 'cmdline');
			seen.add(line);
			if (readProcess(pid, 'stat').split(') ').at(-1)?.split(' ', 2)[1] !== String(daemon.pid)) {
				continue;
			}

			children++;
			seen.add(readProcess(pid, 'environ'));
		}
	}, 40);
	return () => {
		clearInterval(timer);
		expect(children).toBeGreaterThan(0);
		return [...seen].join('\n');
	};
};

/** In which columns one of the secrets stands. */
const columnsWith = (file: string, secrets: readonly string[]): readonly string[] => {
	const database = new Database(file, {readonly: true});
	const tables = database.prepare('select name from sqlite_master where type = \'table\'').pluck().all() as string[];
	const found = tables.flatMap(table => (database.prepare(`select * from "${table}"`).all() as Array<Record<string, unknown>>)
		.flatMap(row => Object.entries(row).filter(([, value]) => secrets.some(secret => String(value).includes(secret))).map(([column]) => `${table}.${column}`)));
	database.close();
	return [...new Set(found)];
};

const found = (text: string, secrets: readonly string[]): readonly string[] => secrets.filter(secret => text.includes(secret)).map(secret => {
	const at = text.indexOf(secret);
	return `${secret} in …${text.slice(Math.max(0, at - 150), at + secret.length + 30)}…`;
});

/** A VM that Proxmox refuses twice with its password in the text, and three sites whose panels say all that they were told. */
const trouble = async (world: Planted): Promise<void> => {
	const quoted = `cannot write ${planted.vm} for ${world.simulator.tokenSecret}`;
	await fault(world, {
		kind: 'status', method: 'PUT', path: String.raw`/qemu/\d+/config$`, status: 500, text: quoted, count: 1,
	});
	await fault(world, {
		kind: 'fail-task', type: 'qmstart', text: `start failed for ${world.simulator.tokenSecret}`, count: 1,
	});
	await world.run(['vm', 'create'], order(1, {hostname: 'web1.example.net', password: planted.vm, sshKeys: []}));
	for (const [index, panel] of ['web1', 'web2', 'web3'].entries()) {
		await world.run(['install', 'add'], site({
			reference: `site-${index}`, panel, domain: `shop${index}.example.org`, account: `shop${index}`,
		}));
	}

	await world.run(['task', 'run', 'process_installs']);
	await until('a VM that waits for its mail', async () => {
		const {out} = await world.run(['vm', 'show', 'order-1', '--json']);
		return JSON.parse(out).status === 'ready';
	}, 60_000, 1000);
	await until('sites that failed', async () => {
		const {out} = await world.run(['install', 'list', '--json']);
		return JSON.parse(out).installs.filter(({state}: any) => state === 'failed').length >= 2;
	}, 60_000, 1000);
	await until('a webhook', () => world.webhooks.some(line => line.includes('/hooks/')), 30_000);
};

describe('a secret in every field, among servers and programs that quote what they are told', () => {
	test('stands in no output, no process list, no message to operators and no column but those that must have it; once the mail is out it stands in no file', {timeout: 240_000}, async () => {
		const world = await createPlanted();
		const stopWatching = watchProcesses(world);
		await trouble(world);
		const said = await sayAll(world);
		const processes = stopWatching();
		const sites = world.sitePasswords();
		expect(sites.length).toBeGreaterThan(0);
		const ours = [...Object.values(planted), world.simulator.tokenSecret];
		const all = [...ours, ...sites].flatMap(secret => writings(secret));
		// They were quoted, or the test would show nothing.
		expect(said).toContain('••••');
		expect(found(said, all)).toEqual([]);
		expect(found([...world.daemon.lines, ...world.daemon.errors].join('\n'), all)).toEqual([]);
		expect(found(processes, all)).toEqual([]);
		expect(world.seen()).toContain('PATH=');
		expect(found(world.seen(), all)).toEqual([]);
		const hooks = world.webhooks.filter(line => line.includes('/hooks/')).map(line => line.replaceAll(planted.webhook, ''));
		expect(found(hooks.join('\n'), all)).toEqual([]);
		expect(columnsWith(path.join(world.folder, 'state/cronsole.db'), all).filter(column => !mayHold.has(column))).toEqual([]);

		const second = await world.takeMail();
		await until('the letter with the password', () => world.letters.some(({raw}) => raw.includes('web1.example.net') && raw.includes('Password')), 90_000);
		await until('the row without it', async () => {
			const {out} = await world.run(['mail', 'outbox', '--json']);
			return JSON.parse(out).messages.some(({template, state}: any) => template === 'vm-ready' && state === 'sent');
		});
		const toOperators = world.letters.filter(({to}) => to.includes('ops@example.net'));
		expect(found(toOperators.map(({raw}) => raw).join('\n'), all)).toEqual([]);
		expect(found([...second.lines, ...second.errors].join('\n'), all)).toEqual([]);
		await second.end();
		const files = world.stateFiles();
		expect(files.map(({name}) => name)).toContain('cronsole.db');
		for (const {name, text} of files) {
			expect([name, found(text, ours.flatMap(secret => writings(secret)))]).toEqual([name, []]);
		}
	});
});
