import {spawn, spawnSync} from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {hasProgram} from './needs.js';
import {freePort} from './pdns.js';

/** Whether a real php is here. */
export const hasPhp = (): boolean => hasProgram(spawnSync('php', ['-r', 'exit(extension_loaded("mysqli") ? 0 : 1);']).status === 0, 'php', 'apt-get install php-cli php-mysql');

// Finds a site by the request's host, as the web servers' configurations in docs/guide/recipes.md do.
const router = `<?php
$cronsoleAccount = getenv('SITES') . '/domains/' . preg_replace('/:.*|[^a-z0-9.-]/', '', $_SERVER['HTTP_HOST'] ?? '');
$cronsoleFile = "$cronsoleAccount/public" . parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
foreach (['index.php', 'index.html'] as $cronsoleIndex) {
	if (is_dir($cronsoleFile) && is_file("$cronsoleFile/$cronsoleIndex")) {
		$cronsoleFile = rtrim($cronsoleFile, '/') . "/$cronsoleIndex";
	}
}

if (is_file("$cronsoleAccount/suspended")) {
	http_response_code(503);
} elseif (!is_file($cronsoleFile)) {
	http_response_code(404);
} elseif (str_ends_with($cronsoleFile, '.php')) {
	$_SERVER['SCRIPT_FILENAME'] = $cronsoleFile;
	$_SERVER['PHP_SELF'] = $_SERVER['SCRIPT_NAME'] = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
	chdir(dirname($cronsoleFile));
	require $cronsoleFile;
} else {
	readfile($cronsoleFile);
}
`;

/** What a site answered. */
export type Page = {readonly status: number; readonly headers: http.IncomingHttpHeaders; readonly text: string};

/** A web server with php over the sites of a recipe's root. */
export type WebServer = {
	/** `127.0.0.1:8380`. */
	readonly address: string;
	readonly port: number;
	/** A body makes it a POST of a form. */
	readonly get: (host: string, target: string, options?: {readonly body?: string; readonly cookie?: string}) => Promise<Page>;
	readonly close: () => Promise<void>;
};

const ask = (port: number): WebServer['get'] => async (host, target, {body, cookie} = {}) => new Promise((resolve, reject) => {
	const request = http.request({
		// The host header of `fetch` cannot be chosen.
		host: '127.0.0.1', port, path: target, method: body === undefined ? 'GET' : 'POST', agent: false, timeout: 30_000,
		headers: {host, ...(cookie && {cookie}), ...(body !== undefined && {'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body)})},
	}, response => {
		response.setEncoding('utf8');
		let text = '';
		response.on('data', (part: string) => {
			text += part;
		});
		response.on('end', () => {
			resolve({status: response.statusCode!, headers: response.headers, text});
		});
		response.on('error', reject);
	});
	request.on('timeout', () => {
		request.destroy(new Error('the web server is silent'));
	});
	request.on('error', reject);
	request.end(body);
});

/** Serves `root/domains/HOST/public` on a loopback port. */
export const startPhp = async (root: string): Promise<WebServer> => {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cronsole-php-'));
	const file = path.join(folder, 'router.php');
	fs.writeFileSync(file, router);
	const port = await freePort();
	const child = spawn('php', [
		'-d', 'opcache.enable=1', '-d', 'opcache.enable_cli=1', '-d', 'opcache.revalidate_freq=0', '-d', 'opcache.use_cwd=1', '-S', `127.0.0.1:${port}`, file,
	], {stdio: 'ignore', env: {PATH: process.env.PATH, SITES: root}});
	const ended = new Promise(resolve => {
		child.once('exit', resolve);
	});
	const get = ask(port);
	const close = async (): Promise<void> => {
		child.kill('SIGKILL');
		await ended;
		fs.rmSync(folder, {recursive: true, force: true});
	};

	for (let tries = 0; tries < 400; tries++) {
		const isUp = await get('nobody.invalid', '/').then(({status}) => status === 404).catch(() => false);
		if (isUp) {
			return {
				address: `127.0.0.1:${port}`, port, get, close,
			};
		}

		await sleep(25);
	}

	await close();
	throw new Error('php -S did not start');
};
