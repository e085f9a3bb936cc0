import * as z from 'zod';
import {strict} from '../intents/problems.js';
import {proxmoxName} from '../intents/package-schema.js';
import {
	duration,
	file,
	fingerprint,
	name,
} from './fields.js';
import {readNamedFile, secretSchema, type SecretSources} from './secret.js';

/** The longest that a call may take where the config does not say; less under a short lease. */
export const defaultTimeoutMs = 20_000;

const vmid = z.int().min(100).max(999_999_999);

const nodeUrl = z.string().transform((text, context): string => {
	const url = URL.canParse(text) ? new URL(text) : undefined;
	if (url?.protocol !== 'https:' || url.username !== '' || (url.pathname !== '/' && url.pathname !== '/api2/json') || url.search !== '' || url.hash !== '') {
		context.addIssue({code: 'custom', message: 'must be the https:// URL of a node, such as https://pve1.example.net:8006'});
		return z.NEVER;
	}

	return url.origin;
});

const backup = strict({
	storage: proxmoxName.default('shared'),
	mode: z.enum(['snapshot', 'suspend', 'stop']).default('snapshot'),
	compress: z.enum(['zstd', 'lzo', 'gzip', '0']).default('zstd'),
});

/** A row of `clusters`; `timeoutMs` is null where the file does not say. */
export const clusterSchema = (sources: SecretSources) => strict({
	name,
	urls: z.array(nodeUrl).min(1),
	tokenId: z.string().regex(/^[^\s!:@]+@[\w\-.]+![\w\-.]+$/, {error: 'must be a token\'s id: user@realm!name'}),
	tokenSecret: secretSchema(sources),
	fingerprints: z.array(fingerprint).default([]),
	ca: file.transform((path, context) => readNamedFile(path, sources.folder, context)).nullable().default(null),
	vmids: z.tuple([vmid, vmid], {error: issue => issue.input === undefined ? 'is missing' : 'must be two VMIDs: [first, last]'}),
	calls: z.int().min(1).max(64).default(8),
	callsPerNode: z.int().min(1).max(64).default(3),
	clonesPerStorage: z.int().min(1).max(64).default(2),
	backupsPerNode: z.int().min(1).max(64).default(1),
	destroysPerHour: z.int().min(0).default(10),
	timeout: duration(1000, 600_000).nullable().default(null),
	backup: backup.nullable().default({storage: 'shared', mode: 'snapshot', compress: 'zstd'}),
	observe: z.boolean().default(false),
}).transform(({timeout, ...cluster}) => ({...cluster, timeoutMs: timeout}));

/** A place of a template. */
export const templateSchema = () => strict({
	cluster: name,
	vmid,
	clone: z.enum(['full', 'linked']).default('full'),
	storage: proxmoxName.nullable().default(null),
});
