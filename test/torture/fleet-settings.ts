import {writeFileSync} from 'node:fs';
import path from 'node:path';
import {type PoolSettings, type Settings} from '../../source/domain/settings.js';
import {clusterSettings} from '../support/cluster-settings.js';
import {type OutsideFacts} from './fleet-outside.js';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** A panel that has every account and every site as a file. */
const panelProgram = String.raw`#!/bin/sh
cd "$1" || exit 75
request=$(cat)
field() { printf '%s' "$request" | sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }
domain=$(field domain)
url="http://$domain:$2/"
answer='{"ok":true,"changed":["files"]}'
case $(field action) in
create-account) : > "$domain.account" ;;
inspect)
	site=absent; [ -f "$domain.site" ] && site=installed
	account=false; [ -f "$domain.account" ] && account=true
	answer="{\"ok\":true,\"state\":{\"account\":$account,\"site\":\"$site\"}}" ;;
install) : > "$domain.site"; answer="{\"ok\":true,\"changed\":[\"files\"],\"site\":{\"url\":\"$url\",\"adminUrl\":\"$url?admin\"}}" ;;
remove-install) rm -f "$domain.site" ;;
esac
printf '%s\n' "$answer"
`;

/** How long the log is kept in a fleet: so short that as much is forgotten in each hour as comes to it. */
export const keptMs = hour;

const poolOf = (cluster: string, index: number): PoolSettings => ({
	name: `${cluster}-v4`, cluster, family: 4, bridge: 'vmbr0', vlan: 0, gateway: `10.${index}.0.1`, prefix: 16, first: `10.${index}.1.1`, last: `10.${index}.250.250`,
	resolvers: [`10.${index}.0.2`], alertBelow: 0, quarantineMs: hour, genericPtr: null,
});

/** The config of a large host: two clusters, the tasks at their default intervals, everything that is kept for a time kept for an hour. */
export const fleetSettings = ({clusters, names, mailPort, sitePort}: OutsideFacts, folder: string): Settings => {
	const panel = path.join(folder, 'panel');
	writeFileSync(panel, panelProgram, {mode: 0o755});
	return {
		file: null, database: path.join(folder, 'state', 'cronsole.db'), timezone: 'UTC',
		clusters: clusters.map(({name, url, tokenId, tokenSecret, fingerprint}) => clusterSettings({
			name, urls: [url], tokenId, tokenSecret: {reveal: () => tokenSecret}, fingerprints: [fingerprint], vmids: [10_000, 99_999], timeoutMs: 20_000, destroysPerHour: 1000,
			calls: 16, callsPerNode: 8, clonesPerStorage: 4, backup: {storage: 'shared', mode: 'snapshot', compress: 'zstd'},
		})),
		templates: {
			'debian-12': clusters.map(({name}) => ({
				cluster: name, vmid: 9000, clone: 'full', storage: 'local-lvm',
			})),
		},
		packages: {
			'kvm-s': {
				cores: 1, memoryMib: 1024, diskGib: 10, networkMbps: 100, ipv4: 1, snapshots: 3, snapshotDays: 1 / 12, backups: 1, trafficGb: 1000, firewall: {enable: true, ipfilter: true},
			},
			'kvm-m': {
				cores: 2, memoryMib: 2048, diskGib: 20, networkMbps: 200, ipv4: 1, snapshots: 3, snapshotDays: 1 / 12, backups: 1, trafficGb: 2000, firewall: {enable: true, ipfilter: true},
			},
		},
		pools: clusters.map(({name}, index) => poolOf(name, index)),
		dns: ['example.net', '10.in-addr.arpa'].map(zone => ({
			zone, nameServer: 'powerdns', provider: 'powerdns', url: names.url, apiKey: {reveal: () => names.apiKey}, serverId: 'localhost', reserved: [],
		})),
		mail: {
			smtp: {reveal: () => `smtp://127.0.0.1:${mailPort}`}, fingerprints: [], from: 'noc@example.net', templates: null,
		},
		alerts: {
			mail: [], command: [], webhook: null, heartbeatUrl: null,
		},
		installs: {
			panels: {
				web1: {
					kind: 'command', command: [panel, folder, String(sitePort)], timeoutMs: 20_000, concurrency: 2, address: '127.0.0.1', externalIp: null, controlPanelUrl: null,
				},
			},
			applications: {
				static: {
					stage: true, welcomeEmail: true, blogName: 'My site', url: 'domain', controlPanelLogin: true,
				},
			},
		},
		intake: {keys: {}, tls: null, ordersPerMinute: 600}, whmcs: null,
		terminate: {graceMs: 0, keepBackupsDays: 0}, snapshots: {days: 0}, backups: {window: '00:00-23:59', alertAfterMs: 3 * day}, shutdownTimeoutMs: 2 * minute,
		tasks: {}, scheduler: {
			cycleMs: 1000, leaseMs: 5 * minute, maxAttempts: 20, startAt: 'once',
		},
		retention: {
			debugMs: keptMs, infoMs: keptMs, errorMs: keptMs, runsMs: keptMs, clientsMs: null,
		},
	};
};
