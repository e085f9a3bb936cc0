/* eslint-disable unicorn/no-process-exit -- this file is a program */
import process from 'node:process';
import meow from 'meow';
import {startNameServer} from './name-server.js';
import {startProxmoxServer} from './proxmox-server.js';

const usage = `
	Usage
	  $ npm run simulator -- [flags]

	Flags
	  --port N        the port on 127.0.0.1; 0 takes a free one (8006)
	  --seed N        the same seed gives the same cluster (1)
	  --pve 9.2|8.4   the Proxmox VE that it pretends to be (9.2)
	  --speed N       time runs N times faster (1)
	  --no-waits      without the 3 s before a 401 and the 30 s before a 596
	  --log FILE      one JSON line for each request, and for each start and end of a task
	  --name-server   with a name server beside it that speaks PowerDNS' API
	  --demo-load     with other customers' VMs on the nodes, and a record of theirs
	  --parent-pid N  ends when that process is gone
`;

const wrong = (text: string): never => {
	process.stderr.write(`simulator: ${text}; see --help\n`);
	process.exit(2);
};

const words = process.argv.slice(2);
const known = /^--(?:port|seed|pve|speed|log|parent-pid)(?:=.*)?$|^--(?:no-)?waits$|^--(?:demo-load|name-server|help|version)$/;
const unknown = words.find((word, index) => !known.test(word) && !/^--(?:port|seed|pve|speed|log|parent-pid)$/.test(words[index - 1] ?? ''));
if (unknown !== undefined) {
	wrong(`unknown flag or word ${unknown}`);
}

const {flags} = meow(usage, {
	importMeta: import.meta,
	flags: {
		port: {type: 'string', default: '8006'},
		seed: {type: 'string', default: '1'},
		pve: {type: 'string', default: '9.2'},
		speed: {type: 'string', default: '1'},
		waits: {type: 'boolean', default: true},
		log: {type: 'string'},
		demoLoad: {type: 'boolean', default: false},
		nameServer: {type: 'boolean', default: false},
		parentPid: {type: 'string'},
	},
});

const whole = (name: string, text: string, maximum: number): number =>
	/^\d+$/.test(text) && Number(text) <= maximum ? Number(text) : wrong(`--${name} takes a whole number up to ${maximum}, not ${text}`);

const port = whole('port', flags.port, 65_535);
const seed = whole('seed', flags.seed, Number.MAX_SAFE_INTEGER);
const speed = Number(flags.speed) > 0 && Number.isFinite(Number(flags.speed)) ? Number(flags.speed) : wrong(`--speed takes a number above 0, not ${flags.speed}`);
const pve = flags.pve === '9.2' || flags.pve === '8.4' ? flags.pve : wrong(`--pve takes 9.2 or 8.4, not ${flags.pve}`);
const parent = flags.parentPid === undefined ? undefined : whole('parent-pid', flags.parentPid, 2 ** 31);

const isAlive = (pid: number) => {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
};

/** A name server with the zones of the simulated cluster's addresses; one name is taken. */
const startNames = async () => {
	const names = await startNameServer({zones: ['example.net', '113.0.203.in-addr.arpa'], apiKey: 'simulated'});
	if (flags.demoLoad) {
		names.put({
			zone: 'example.net', name: 'db1.example.net', type: 'A', content: '198.51.100.7',
		});
	}

	return names;
};

const parentLookMs = 1000;

try {
	const server = await startProxmoxServer({
		port, seed, pve, speed, waits: flags.waits, logFile: flags.log, demoLoad: flags.demoLoad,
	});
	const names = flags.nameServer ? await startNames() : undefined;
	const stopped = new Promise<void>(resolve => {
		const stop = () => {
			resolve();
		};

		process.once('SIGTERM', stop);
		process.once('SIGINT', stop);
		if (parent !== undefined) {
			setInterval(() => {
				if (!isAlive(parent)) {
					stop();
				}
			}, parentLookMs);
		}
	});

	const {url, tokenId, tokenSecret, fingerprint, nodes} = server;
	process.stdout.write(`${JSON.stringify({
		url, tokenId, tokenSecret, fingerprint, nodes, ...names && {nameServer: {url: names.url, apiKey: names.apiKey}},
	})}\n`);
	await stopped;
	await Promise.all([server.close(), names?.close()]);
	process.exit(0);
} catch (error) {
	process.stderr.write(`simulator: ${error instanceof Error ? error.message : String(error)}\n`);
	process.exit(1);
}
