import {type ZonePlace} from './dns-record.js';
import {type MessageName} from './message.js';
import {type Package} from './package.js';
import {type TaskName} from './task.js';

/** A secret that cannot be printed by mistake: JSON and inspect show nothing of it. */
export type Secret = {
	readonly reveal: () => string;
};

/** A cluster as the config says it; times in ms. */
export type ClusterSettings = {
	readonly name: string;
	readonly urls: readonly string[];
	readonly tokenId: string;
	readonly tokenSecret: Secret;
	/** Upper-case colon SHA-256; empty: the CA decides. */
	readonly fingerprints: readonly string[];
	/** PEM text of the CA file, or null: the system's CAs. */
	readonly ca: string | null;
	readonly vmids: readonly [first: number, last: number];
	readonly calls: number;
	readonly callsPerNode: number;
	readonly clonesPerStorage: number;
	readonly backupsPerNode: number;
	readonly destroysPerHour: number;
	readonly timeoutMs: number;
	readonly backup: {readonly storage: string; readonly mode: 'snapshot' | 'suspend' | 'stop'; readonly compress: string} | null;
	readonly observe: boolean;
};

export type TemplateSettings = {
	readonly cluster: string;
	readonly vmid: number;
	readonly clone: 'full' | 'linked';
	readonly storage: string | null;
};

export type PoolSettings = {
	readonly name: string;
	readonly cluster: string;
	readonly family: 4 | 6;
	readonly bridge: string;
	readonly vlan: number;
	readonly gateway: string;
	readonly prefix: number;
	readonly first: string;
	readonly last: string;
	readonly resolvers: readonly string[];
	readonly alertBelow: number;
	readonly quarantineMs: number;
	readonly genericPtr: string | null;
};

export type TaskSettingsInFile = {
	/** Null: the default. */
	readonly intervalSeconds: number | null;
	/** The lease of the task's lock. */
	readonly lockTimeoutMs: number | null;
};

/** How a zone's provider is spoken to. */
export type DnsProvider =
	| {readonly provider: 'powerdns'; readonly url: string; readonly apiKey: Secret; readonly serverId: string}
	/** `server` is `127.0.0.1:53`; `keySecret` base64. */
	| {readonly provider: 'rfc2136'; readonly server: string; readonly keyName: string; readonly algorithm: TsigAlgorithm; readonly keySecret: Secret}
	/** `url` null: Cloudflare's own. */
	| {readonly provider: 'cloudflare'; readonly token: Secret; readonly url: string | null};

export const tsigAlgorithms = ['hmac-sha256', 'hmac-sha512', 'hmac-sha384', 'hmac-sha224', 'hmac-sha1', 'hmac-md5'] as const;
export type TsigAlgorithm = typeof tsigAlgorithms[number];

/** A zone of the config on one provider. `reserved`: names within the zone that no order may have. */
export type DnsSettings = ZonePlace & DnsProvider & {readonly reserved: readonly string[]};

/** How a panel is spoken to. */
export type PanelProvider =
	| {readonly kind: 'command'; readonly command: readonly string[]}
	/** `identity` and `knownHosts` are files; `command` is one line for the host's shell or forced command. */
	| {readonly kind: 'ssh'; readonly host: string; readonly port: number; readonly user: string; readonly identity: string; readonly knownHosts: string; readonly command: string}
	| {readonly kind: 'whm'; readonly url: string; readonly user: string; readonly token: Secret; readonly fingerprints: readonly string[]};

/** A hosting panel; times in ms. */
export type PanelSettings = PanelProvider & {
	/** Of one request. */
	readonly timeoutMs: number;
	/** Installs at a time. */
	readonly concurrency: number;
	/** Where its web server is reached; null: by DNS. */
	readonly address: string | null;
	/** By which the billing system reaches the host. */
	readonly externalIp: string | null;
	readonly controlPanelUrl: string | null;
};

/** What an application (site type) is installed with. */
export type AppSettings = {
	readonly stage: boolean;
	readonly welcomeEmail: boolean;
	readonly blogName: string;
	readonly url: 'domain' | 'temporary';
	readonly controlPanelLogin: boolean;
};

/** The mail server. `templates`: a folder whose files go before the built-in ones. */
export type MailSettings = {
	readonly smtp: Secret;
	/** SHA-256 of the server's certificate, upper-case with colons; empty: the CA decides. */
	readonly fingerprints: readonly string[];
	readonly from: string;
	readonly templates: string | null;
};

/** Who may order by HTTP. `tls`: PEM texts; null: it listens on loopback only. */
export type IntakeSettings = {
	readonly keys: Readonly<Record<string, Secret>>;
	readonly tls: {readonly certificate: string; readonly key: Secret} | null;
	/** Of one key; what is looked at is counted apart, by the same number. */
	readonly ordersPerMinute: number;
};

/** The billing system that is told what became of its orders. */
export type WhmcsSettings = {
	/** Of `includes/api.php`. */
	readonly url: string;
	readonly identifier: Secret;
	readonly secret: Secret;
	/** Where its own access key stands for an allowed address. */
	readonly accessKey: Secret | null;
	readonly fingerprints: readonly string[];
	readonly timeoutMs: number;
	/** Which of our messages it sends instead of us, by its own template's name. */
	readonly emails: Readonly<Partial<Record<MessageName, string>>>;
};

/** The whole config, checked, with defaults filled in and units resolved. */
export type Settings = {
	/** The file that it came from; null: there is none (everything at its default). */
	readonly file: string | null;
	readonly database: string;
	readonly timezone: string;
	readonly clusters: readonly ClusterSettings[];
	readonly templates: Readonly<Record<string, readonly TemplateSettings[]>>;
	readonly packages: Readonly<Record<string, Package>>;
	readonly pools: readonly PoolSettings[];
	readonly dns: readonly DnsSettings[];
	/** Null: mail steps are skipped. */
	readonly mail: null | MailSettings;
	readonly alerts: {readonly mail: readonly string[]; readonly command: readonly string[]; readonly webhook: Secret | null; readonly heartbeatUrl: Secret | null};
	readonly installs: {
		readonly panels: Readonly<Record<string, PanelSettings>>;
		readonly applications: Readonly<Record<string, AppSettings>>;
	};
	readonly intake: IntakeSettings;
	/** Null: nobody bills by us. */
	readonly whmcs: WhmcsSettings | null;
	readonly terminate: {readonly graceMs: number; readonly keepBackupsDays: number};
	readonly snapshots: {readonly days: number};
	readonly backups: {readonly window: string; readonly alertAfterMs: number};
	readonly shutdownTimeoutMs: number;
	readonly tasks: Readonly<Partial<Record<TaskName, TaskSettingsInFile>>>;
	readonly scheduler: {readonly cycleMs: number; readonly leaseMs: number; readonly maxAttempts: number; readonly startAt: 'once' | 'run'};
	/** ms; null: for ever. */
	readonly retention: {readonly debugMs: number | null; readonly infoMs: number | null; readonly errorMs: number | null; readonly runsMs: number | null; readonly clientsMs: number | null};
};

