import {execFileSync} from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import {hasProgram} from './needs.js';
import {type WebServer} from './php.js';

const version = 'wp-includes/version.php';
const installed = '/usr/share/wordpress';
const cache = path.resolve(import.meta.dirname, '../../node_modules/.cache/cronsole-wordpress');
const packages = ['wordpress', 'wordpress-theme-twentytwentythree', 'php-getid3', 'libjs-cropper', 'libjs-underscore'];

/** Unpacks Debian's packages without installing them: they would bring a web server. */
const download = (): void => {
	fs.mkdirSync(path.dirname(cache), {recursive: true});
	const folder = fs.mkdtempSync(`${cache}-`);
	try {
		execFileSync('apt-get', ['download', '-qq', ...packages], {cwd: folder, stdio: 'ignore', timeout: 60_000});
		for (const file of fs.readdirSync(folder)) {
			execFileSync('dpkg', ['-x', file, 'root'], {cwd: folder, stdio: 'ignore'});
		}

		fs.renameSync(path.join(folder, 'root'), cache);
	} catch {
		// No network, no apt, or another test was first.
	} finally {
		fs.rmSync(folder, {recursive: true, force: true});
	}
};

/** A real WordPress as Debian has it; undefined where there is none and it cannot be had. In CI it must be. */
export const findWordpress = (): string | undefined => {
	const unpacked = path.join(cache, installed);
	const look = () => [installed, unpacked].find(folder => fs.existsSync(path.join(folder, version)));
	if (!look()) {
		download();
	}

	const found = look();
	return hasProgram(found !== undefined, 'WordPress', 'apt-get download wordpress must work, or apt-get install wordpress') ? found : undefined;
};

/** Whether its administrator gets in with that password. */
export const canLogIn = async (web: WebServer, host: string, user: string, password: string): Promise<boolean> => {
	const body = new URLSearchParams({log: user, pwd: password, testcookie: '1'}).toString();
	const {status, headers} = await web.get(host, '/wp-login.php', {body, cookie: 'wordpress_test_cookie=WP%20Cookie%20check'});
	return status === 302 && (headers['set-cookie'] ?? []).some(cookie => cookie.startsWith('wordpress_logged_in_'));
};

/** The title of a page. */
export const titleOf = (text: string): string | undefined => /<title>([^<]*)<\/title>/.exec(text)?.[1];
