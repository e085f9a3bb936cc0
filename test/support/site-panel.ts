import {
	existsSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import {createServer} from 'node:http';
import {type AddressInfo} from 'node:net';
import os from 'node:os';
import path from 'node:path';
import {onTestFinished} from 'vitest';

/** A program as a panel's host would have it, with its sites as files in a folder; safe to run twice, and to end anywhere. */
const program = String.raw`#!/bin/sh
cd "$1" || exit 75
url=$2
request=$(cat)
action=$(printf '%s' "$request" | sed -n 's/.*"action":"\([a-z-]*\)".*/\1/p')
echo "$action" >> asked
printf '%s' "$request" > "request-$action"
answer='{"ok":true,"changed":["files"]}'
# What a test wants to happen the next time, before the work or after it.
play() {
	if [ -f "$1" ]; then mv "$1" played; . ./played; fi
}
play "before-$action"
site=absent; [ -f site ] && site=$(cat site)
account=false; [ -f account ] && account=true
case $action in
create-account) : > account ;;
inspect)
	if [ "$site" = theirs ]; then site=installed; fi
	answer="{\"ok\":true,\"state\":{\"account\":$account,\"site\":\"$site\"}}" ;;
install)
	if [ "$site" = theirs ]; then echo 'not ours' >&2; exit 65; fi
	changed=
	if [ "$site" != installed ]; then
		echo partial > site
		echo 'copying the files' >&2
		play in-install
		echo installed > site
		echo made >> sites
		changed='"files"'
	fi
	answer="{\"ok\":true,\"changed\":[$changed],\"site\":{\"url\":\"$url\",\"adminUrl\":\"$url?admin\"}}" ;;
archive) if [ -f site ]; then cp site archive; fi ;;
remove-install)
	if [ "$site" = theirs ]; then echo 'not ours' >&2; exit 65; fi
	rm -f site ;;
esac
play "after-$action"
printf '%s\n' "$answer"
`;

/** A host with a panel's program and a web server that shows what the program installed. */
export type SitePanel = {
	readonly command: readonly string[];
	/** Of the web server. */
	readonly url: string;
	/** A domain by which that web server is reached. */
	readonly domain: string;
	/** Shell lines for the next request of that kind: `before-install`, `in-install`, `after-install`. */
	readonly play: (when: string, lines: string) => void;
	/** What was asked for, since the last time that one looked. */
	readonly asked: () => readonly string[];
	readonly request: (action: string) => {readonly attempt: number; readonly job: string; readonly site: Record<string, unknown>; readonly account: Record<string, unknown>};
	/** `absent`, `partial`, `installed` or `theirs`. */
	readonly site: () => string;
	readonly setSite: (content: string) => void;
	/** As if nobody had ever been here. */
	readonly reset: () => void;
	/** How often a site was made. */
	readonly made: () => number;
	readonly hasArchive: () => boolean;
	/** How many looked at the front page. */
	readonly visits: () => number;
};

/** Starts one that goes away with the test. */
export const startSitePanel = async (title = 'My shop'): Promise<SitePanel> => {
	const folder = mkdtempSync(path.join(os.tmpdir(), 'cronsole-panel-'));
	const file = (name: string) => path.join(folder, name);
	const read = (name: string) => existsSync(file(name)) ? readFileSync(file(name), 'utf8').trim() : '';
	writeFileSync(file('panel'), program, {mode: 0o755});
	let visits = 0;
	let seen = 0;
	const server = createServer((_, response) => {
		visits++;
		const isThere = read('site') === 'installed';
		response.writeHead(isThere ? 200 : 404, {'content-type': 'text/html'}).end(`<!doctype html><title>${isThere ? title : 'Not found'}</title>`);
	});
	await new Promise<void>(resolve => {
		server.listen(0, '127.0.0.1', resolve);
	});
	onTestFinished(async () => {
		server.closeAllConnections();
		await new Promise(resolve => {
			server.close(resolve);
		});
		rmSync(folder, {recursive: true});
	});

	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
	return {
		command: [file('panel'), folder, url],
		url,
		domain: new URL(url).host,
		play(when, lines) {
			writeFileSync(file(when), `${lines}\n`);
		},
		asked() {
			const all = read('asked').split('\n').filter(Boolean);
			const fresh = all.slice(seen);
			seen = all.length;
			return fresh;
		},
		request: action => JSON.parse(read(`request-${action}`)) as ReturnType<SitePanel['request']>,
		site: () => read('site') || 'absent',
		setSite(content) {
			writeFileSync(file('site'), content);
		},
		reset() {
			seen = 0;
			for (const name of ['site', 'sites', 'account', 'archive', 'asked']) {
				rmSync(file(name), {force: true});
			}
		},
		made: () => read('sites').split('\n').filter(Boolean).length,
		hasArchive: () => existsSync(file('archive')),
		visits: () => visits,
	};
};
