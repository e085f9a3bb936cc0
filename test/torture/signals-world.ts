import fs from 'node:fs';
import path from 'node:path';
import {pathToFileURL} from 'node:url';
import Database from 'better-sqlite3';
import {createRandom, type Random} from '../../source/simulation/random.js';
import {
	createInstallation,
	program,
	start,
	until,
	type Finished,
	type Installation,
	type InstallationOptions,
	type Running,
} from '../support/program.js';
import {openConsole, type OnTerminal} from './signals-terminal.js';

export const seed = Number(process.env.CRONSOLE_SEED ?? 20_261_121);

/** What chance decides in one place of a test; the same for the same seed. */
export const randomFor = (place: number): Random => createRandom((seed * 100) + place);

/** A call that changes something, as it went out. */
export type Call = {readonly at: number; readonly pid: number; readonly method: string; readonly path: string};

/** An installation whose every process is watched from inside: who writes what, who calls what, and when. */
export type World = Omit<Installation, 'run' | 'json' | 'daemon'> & {
	readonly daemon: () => Running;
	readonly console: (...flags: readonly string[]) => Promise<OnTerminal>;
	readonly spawn: (...args: readonly string[]) => Running;
	readonly run: (...args: readonly string[]) => Promise<Finished>;
	/** Rows of a query that only reads. */
	readonly rows: <T = any>(sql: string, ...values: readonly unknown[]) => readonly T[];
	readonly calls: () => readonly Call[];
	/** Processes of this installation that live, the simulator aside. */
	readonly living: () => readonly number[];
	readonly file: (name: string, content: unknown) => string;
};

/** The shortest that goes with calls of a second. */
export const leaseMs = 3000;

const witness = pathToFileURL(path.join(import.meta.dirname, 'signals-witness.js')).href;

const ownerOf = (name: string): string => `(select pid from leases join sessions on sessions.id = owner where name = ${name})`;

const noted = (what: string, table: string, event: string, lease: string): string => `
	create trigger witness_${table}_${event.split(' ', 1)[0]} after ${event} on ${table} begin
		insert into witness_writes values (moment(), writer(), '${what}', ${lease}, ${ownerOf(lease)});
	end;`;

/** Which lease each row may only be written under, and who held it in that very transaction. */
const triggers = `
	create table witness_writes (at integer, pid integer, what text, lease text, owner integer);
	create table witness_leases (at integer, name text, owner integer, fence integer);
	create trigger witness_given after insert on leases begin
		insert into witness_leases values (moment(), new.name, ${ownerOf('new.name')}, new.fence);
	end;
	create trigger witness_moved after update of owner, fence on leases begin
		insert into witness_leases values (moment(), new.name, ${ownerOf('new.name')}, new.fence);
	end;
	${noted('a run starts', 'runs', 'insert', '\'task:\' || new.task')}
	${noted('a run ends', 'runs', 'update of finished_at', '\'task:\' || new.task')}
	${noted('a status', 'vms', 'update of status, vmid', '\'vm:\' || new.id')}
	${noted('a step', 'step_log', 'insert', '\'vm:\' || new.vm_id')}
	${noted('an intent', 'remote_tasks', 'insert', '\'vm:\' || new.vm_id')}
	${noted('a UPID', 'remote_tasks', 'update of upid', '\'vm:\' || new.vm_id')}`;

const environmentOf = (pid: string): string => {
	try {
		return fs.readFileSync(`/proc/${pid}/environ`, 'utf8');
	} catch {
		return '';
	}
};

const isAlive = (pid: string): boolean => {
	try {
		return !/^State:\s*Z/m.test(fs.readFileSync(`/proc/${pid}/status`, 'utf8'));
	} catch {
		return false;
	}
};

const shortTasks = 'tasks: {process_vms: {interval: 1s}, backup_status: {interval: 1s}}';

export const createWorld = async ({extra = '', ...options}: InstallationOptions = {}): Promise<World> => {
	const here = await createInstallation({
		...options, timeout: '1s', cluster: ['backup: {storage: shared, mode: snapshot, compress: zstd}'],
		extra: `scheduler: {lease: ${leaseMs / 1000}s}\n${shortTasks}\n${extra}`,
	});
	const witnessFile = path.join(here.folder, 'calls.jsonl');
	fs.writeFileSync(witnessFile, '');
	const env = {NODE_OPTIONS: `--import=${witness}`, CRONSOLE_WITNESS: witnessFile};
	const spawn: World['spawn'] = (...args) => here.track(start(program, ['--config', here.config, ...args], env));
	const made = await here.run(['task', 'list']);
	if (made.code !== 0) {
		throw new Error(`no database was made: ${made.err}`);
	}

	const schema = new Database(here.database);
	schema.exec(triggers);
	schema.close();
	const reader = new Database(here.database, {readonly: true});
	const terminals: OnTerminal[] = [];

	return {
		...here, spawn,
		daemon: () => spawn('--daemon'),
		async console(...flags) {
			const terminal = await openConsole(['--config', here.config, ...flags], env);
			terminals.push(terminal);
			return terminal;
		},
		async run(...args) {
			const one = spawn(...args);
			const code = await one.exited;
			return {code, out: one.lines.join('\n'), err: one.errors.join('\n')};
		},
		rows: (sql, ...values) => reader.prepare(sql).all(...values) as any,
		calls: () => fs.readFileSync(witnessFile, 'utf8').split('\n').filter(Boolean).map(line => {
			const [at, pid, method, called] = JSON.parse(line);
			return {
				at, pid, method, path: called,
			};
		}),
		living: () => fs.readdirSync('/proc').filter(pid => /^\d+$/.test(pid) && environmentOf(pid).includes(`CRONSOLE_WITNESS=${witnessFile}`) && isAlive(pid)).map(Number),
		file(name, content) {
			const file = path.join(here.folder, name);
			fs.writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
			return file;
		},
		async remove() {
			reader.close();
			for (const terminal of terminals) {
				terminal.kill('SIGKILL');
				terminal.close();
			}

			await Promise.all(terminals.map(async ({ended}) => ended));
			await here.remove();
		},
	};
};

/** Whether it does its work by now: before that a signal has its ordinary effect. */
export const hasBegun = ({lines}: Running): boolean => lines.some(line => line.includes('"started"'));

/** The process that leads, by the database. */
export const findLeader = ({rows}: World): number | undefined => rows<{readonly pid: number}>('select pid from leases join sessions on sessions.id = owner where name = \'leader\'')[0]?.pid;

export const leads = async (world: World, pid: number, timeoutMs = 60_000): Promise<void> => {
	await until(`${pid} leads`, () => findLeader(world) === pid, timeoutMs, 20);
};
