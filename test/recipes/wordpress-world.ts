import fs from 'node:fs';
import path from 'node:path';
import {hasMariadb, startMariadb, type Mariadb} from '../support/mariadb.js';
import {hasPhp, startPhp, type WebServer} from '../support/php.js';
import {canLogIn, findWordpress, titleOf} from '../support/wordpress.js';
import {createRecipeWorld, type RecipeWorld} from './recipe-world.js';

/** Whether all is here that the recipe needs. */
export const hasAll = (): boolean => hasPhp() && hasMariadb() && findWordpress() !== undefined;

export type WordpressWorld = RecipeWorld & {
	/** The WordPress that its sites are copies of. */
	readonly source: string;
	readonly database: Mariadb;
	readonly web: WebServer;
	/** Of a site that answers and whose administrator gets in; undefined: it does not, or he does not. */
	readonly titleOf: (account?: string) => Promise<string | undefined>;
	readonly end: () => Promise<void>;
};

/** The operator's settings for a WordPress that asks nothing of the network. */
export const settingsFor = (database: Mariadb, source = findWordpress()!): Readonly<Record<string, string>> => ({
	source, adminFile: database.adminFile, 'define[WP_HTTP_BLOCK_EXTERNAL]': 'true', 'define[DISABLE_WP_CRON]': 'true',
});

/** WordPress by links, without most of what browsers load: a fifth of its files, and all of its PHP. */
const slimDown = (source: string, folder: string): string => {
	const mirror = (name: string, isLeftOut: (entry: string) => boolean): void => {
		fs.mkdirSync(path.join(folder, name));
		for (const entry of fs.readdirSync(path.join(source, name)).filter(one => !isLeftOut(one))) {
			fs.symlinkSync(path.join(source, name, entry), path.join(folder, name, entry));
		}
	};

	mirror('', entry => ['wp-admin', 'wp-content', 'wp-includes'].includes(entry));
	mirror('wp-admin', entry => ['css', 'images', 'js'].includes(entry));
	mirror('wp-includes', entry => entry === 'js');
	mirror('wp-includes/js', entry => !entry.endsWith('.js'));
	mirror('wp-content', entry => entry === 'plugins');
	return folder;
};

/** Sites on a real MariaDB behind a real php, whose address is their domain with the port of that server. */
export const createWordpressWorld = async ({isSlim = false} = {}): Promise<WordpressWorld> => {
	const database = await startMariadb();
	const whole = findWordpress()!;
	const source = isSlim ? slimDown(whole, path.join(path.dirname(database.adminFile), 'wordpress')) : whole;
	const world = createRecipeWorld('wordpress', settingsFor(database, source));
	const web = await startPhp(world.root);
	return {
		...world, source, database, web,
		async titleOf(account = 'shop') {
			const host = `${account}.example.org`;
			const {status, text} = await web.get(host, '/');
			return status === 200 && await canLogIn(web, host, 'ada', world.password) ? titleOf(text) : undefined;
		},
		async end() {
			await web.close();
			await database.close();
			world.close();
		},
	};
};

/** What processes that begin now show to everybody (`cmdline`) and to their owner (`environ`) until it is over. */
export const watchProcesses = async (isOver: () => boolean): Promise<string> => {
	const list = () => fs.readdirSync('/proc').filter(name => /^\d+$/.test(name));
	const seen = new Set<string>();
	const older = new Set(list());
	while (!isOver()) {
		for (const pid of list().filter(name => !older.has(name))) {
			for (const name of ['cmdline', 'environ']) {
				try {
					seen.add(fs.readFileSync(`/proc/${pid}/${name}`, 'latin1'));
				} catch {
					// It ended meanwhile.
				}
			}
		}

		await new Promise(resolve => {
			setTimeout(resolve, 10);
		});
	}

	return [...seen].join('\n');
};
