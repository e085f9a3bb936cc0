import {fork, type ChildProcess} from 'node:child_process';
import {once} from 'node:events';
import path from 'node:path';
import {build} from 'esbuild';

/** Where everything listens. */
export type OutsideFacts = {
	readonly clusters: ReadonlyArray<{
		readonly name: string;
		readonly url: string;
		readonly tokenId: string;
		readonly tokenSecret: string;
		readonly fingerprint: string;
		readonly nodes: readonly string[];
	}>;
	readonly names: {readonly url: string; readonly apiKey: string};
	readonly mailPort: number;
	readonly sitePort: number;
};

/** A VM like another; `replaced` in all texts of its configuration. */
export type GuestCopy = {readonly vmid: number; readonly node: string; readonly replaced: ReadonlyArray<readonly [old: string, fresh: string]>};

/** What the process is told. */
export type Order =
	| {readonly kind: 'advance'; readonly now: number}
	| {readonly kind: 'copy'; readonly cluster: string; readonly from: number; readonly guests: readonly GuestCopy[]};

/** Clusters, a name server, a mail server and a web server, in a process of their own whose time stands still until it is told. */
export type Outside = OutsideFacts & {
	/** Whether a task runs on any cluster. */
	readonly tell: (order: Order) => Promise<{readonly isBusy: boolean}>;
	readonly close: () => Promise<void>;
};

const root = path.resolve(import.meta.dirname, '../..');

const hear = async <T>(child: ChildProcess): Promise<T> => {
	const abort = new AbortController();
	const gone = async () => {
		await once(child, 'exit', {signal: abort.signal});
		throw new Error('the process with the clusters ended');
	};

	try {
		const [message] = await Promise.race([once(child, 'message', {signal: abort.signal}), gone()]) as [T];
		return message;
	} finally {
		abort.abort();
	}
};

/** Starts it; its program is bundled into that folder. */
export const startOutside = async (folder: string, now: number): Promise<Outside> => {
	const program = path.join(folder, 'outside.mjs');
	await build({
		absWorkingDir: root, entryPoints: ['test/torture/fleet-outside-main.ts'], outfile: program, bundle: true, format: 'esm', platform: 'node', target: 'node22', logLevel: 'warning',
		banner: {js: 'import {createRequire as createRequireOfBundle} from \'node:module\';const require = createRequireOfBundle(import.meta.url);'},
	});
	const child = fork(program, [String(now)], {execArgv: []});
	const facts = await hear<OutsideFacts>(child);
	return {
		...facts,
		async tell(order) {
			const heard = hear<{readonly isBusy: boolean}>(child);
			child.send(order);
			return heard;
		},
		async close() {
			if (child.exitCode !== null) {
				return;
			}

			const ended = once(child, 'exit');
			child.kill('SIGKILL');
			await ended;
		},
	};
};
