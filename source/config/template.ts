/* eslint-disable unicorn/no-incorrect-template-string-interpolation -- {ip} is what the config itself holds. */
/** What `init` writes: every section as a comment, right as it stands once its `# ` is taken away; lines with `##` explain. */
export const configTemplate = `## cronsole's config. Every section may be absent; what is commented out shows how it is written.
## Check it with \`cronsole check\`; a running daemon rereads it on SIGHUP.
## A secret is {env: NAME}, {file: PATH}, {credential: NAME} (systemd) or a plain text; relative files start in this folder.
## Durations: 90s, 5m, 1h, 3d.

## Where the state lies: one SQLite file on a local disk.
# database: /var/lib/cronsole/cronsole.db

## The zone of screens, mails and backup times.
# timezone: UTC

## The Proxmox clusters. Several urls are several nodes of one cluster, tried in turn.
# clusters:
#   - name: fra1
#     urls: [https://pve1.example.net:8006]
#     tokenId: cronsole@pve!ops
#     tokenSecret: {file: fra1.token}
##     SHA-256 of the servers' certificates; or ca: FILE; with neither the system's CAs decide.
#     fingerprints: []
##     VMIDs that cronsole may give out: nothing else may use them.
#     vmids: [10000, 19999]
##     From here on the defaults.
#     calls: 8
#     callsPerNode: 3
#     clonesPerStorage: 2
#     backupsPerNode: 1
#     destroysPerHour: 10
##     At most a third of scheduler.lease.
#     timeout: 20s
#     backup: {storage: shared, mode: snapshot, compress: zstd}
##     true: everything is planned and logged, nothing is changed. For the first day.
#     observe: false

## Where each template lies, per cluster.
# templates:
#   debian-12: [{cluster: fra1, vmid: 9000, clone: full, storage: local-lvm}]

## What customers can buy. A field that is left out stays as the template has it.
# packages:
#   kvm-s: {cores: 1, memoryMib: 1024, diskGib: 10, networkMbps: 100, ipv4: 1, snapshots: 2, snapshotDays: 3, backups: 2, backupDays: [mon, thu], trafficGb: 1000}

## Addresses to give out. They may not overlap. genericPtr: what an address is called in DNS while no VM has it.
# pools:
#   - {name: fra1-v4, cluster: fra1, bridge: vmbr0, vlan: 0, gateway: 203.0.113.1, prefix: 24, first: 203.0.113.10, last: 203.0.113.99, resolvers: [203.0.113.2], alertBelow: 5, quarantine: 72h, genericPtr: "{ip}.static.example.net"}

## DNS zones, reverse ones too: a VM's names are written in the longest that fits, on each server that has it here.
## powerdns is its HTTP API (serverId: localhost), rfc2136 any server that takes signed updates, cloudflare an API token.
## Reserved names (@ is the zone itself) are refused in orders.
# dns:
#   - {zone: example.net, provider: powerdns, url: "http://127.0.0.1:8081", apiKey: {env: PDNS_KEY}, reserved: [www, mail]}
#   - {zone: 113.0.203.in-addr.arpa, provider: rfc2136, server: "127.0.0.1:53", keyName: cronsole, algorithm: hmac-sha256, keySecret: {env: TSIG_KEY}}
#   - {zone: example.org, provider: cloudflare, token: {env: CLOUDFLARE_TOKEN}}

## Without it, mail steps are skipped.
# mail: {smtp: "smtp://127.0.0.1:25", from: "Hosting <ops@example.net>"}

## Who hears of incidents.
# alerts: {mail: [ops@example.net], command: [], webhook: null, heartbeatUrl: null}

## Hosting panels and what is installed on them.
# installs:
#   panels:
#     web1: {kind: command, command: [/usr/local/lib/cronsole/provision-wordpress], timeout: 10m, concurrency: 2, address: 203.0.113.50, externalIp: null, controlPanelUrl: null}
#   applications:
#     wordpress: {stage: true, welcomeEmail: true, blogName: My site, url: domain, controlPanelLogin: true}

## Who may order over HTTP (--daemon --intake 127.0.0.1:8444): a name and a secret of 32 characters or more, as \`openssl rand -hex 32\` makes.
## Beyond loopback it needs certificate and key: PEM files.
# intake: {keys: {whmcs: {env: INTAKE_SECRET}}, certificate: null, key: null, ordersPerMinute: 600}

## WHMCS, which is told what became of its orders; emails: which letters it sends instead of us, by its own templates.
# whmcs:
#   {url: "https://billing.example.net/includes/api.php", identifier: {env: WHMCS_IDENTIFIER}, secret: {env: WHMCS_SECRET}, accessKey: null, fingerprints: [], timeout: 20s, emails: {vm-ready: VPS ready}}

# terminate: {grace: 0, keepBackups: 0}
# snapshots: {days: 0}
# backups: {window: "01:00-05:00", alertAfter: 3d}
# shutdownTimeout: 120s

## The least time between two scheduled starts of a task; 0 is off.
# tasks: {process_vms: {interval: 1m, lockTimeout: 60s}}
# scheduler: {cycle: 1s, lease: 60s, maxAttempts: 20, startAt: once}
# retention: {debug: 14d, info: 400d, error: 400d, runs: 90d, clients: null}
`;
