import * as z from 'zod';
import {type Settings} from '../domain/settings.js';
import {suggest} from '../domain/suggest.js';
import {findTaskName, taskNames, type TaskName} from '../domain/task.js';
import {packageSchema} from '../intents/package-schema.js';
import {type Problem} from '../intents/problems.js';
import {clusterSchema, defaultTimeoutMs, templateSchema} from './cluster-schema.js';
import {
	checkAlerts,
	checkCluster,
	checkPackage,
	checkPool,
	checkTemplate,
	overlappingPools,
	repeatedNames,
} from './cross-checks.js';
import {dnsSchema, nameServers, repeatedZones} from './dns-schema.js';
import {line, name} from './fields.js';
import {installsSchema} from './installs-schema.js';
import {intakeSchema, nobodyOrders} from './intake-schema.js';
import {poolSchema} from './pool-schema.js';
import {type SecretSources} from './secret.js';
import {createSections, type NamedPlace, type Sections} from './sections.js';
import {
	alertsSchema,
	backupsSchema,
	mailSchema,
	retentionSchema,
	schedulerSchema,
	shutdownTimeoutSchema,
	snapshotsSchema,
	taskSchema,
	terminateSchema,
	timezoneSchema,
} from './small-schemas.js';
import {whmcsSchema} from './whmcs-schema.js';

/** The keys of the config's first level. */
const sectionNames = [
	'database',
	'timezone',
	'clusters',
	'templates',
	'packages',
	'pools',
	'dns',
	'mail',
	'alerts',
	'installs',
	'intake',
	'whmcs',
	'terminate',
	'snapshots',
	'backups',
	'shutdownTimeout',
	'tasks',
	'scheduler',
	'retention',
];

const byName = <T>(rows: ReadonlyArray<NamedPlace<T>>): Readonly<Record<string, T>> => Object.fromEntries(rows.map(row => [row.name, row.value]));

const readTasks = (sections: Sections, report: (problem: Problem) => void): Settings['tasks'] => {
	const rows = sections.named('tasks', () => taskSchema().nullable(), line);
	const tasks = new Map<TaskName, NonNullable<Settings['tasks']['process_vms']>>();
	for (const row of rows) {
		const task = findTaskName(row.name);
		if (task === undefined) {
			report({path: row.path, message: `unknown task, ${suggest(row.name, taskNames)}`, isKey: true});
		} else if (tasks.has(task)) {
			report({path: row.path, message: `the task ${task} stands there twice`, isKey: true});
		} else {
			tasks.set(task, row.value ?? {intervalSeconds: null, lockTimeoutMs: null});
		}
	}

	return Object.fromEntries(tasks);
};

/** Settings without what only their place tells. */
type ReadSettings = Omit<Settings, 'file' | 'database'> & {readonly database: string | undefined};

const readSettings = (raw: Readonly<Record<string, unknown>>, sources: SecretSources, report: (problem: Problem) => void): ReadSettings => {
	for (const key of Object.keys(raw).filter(key => !sectionNames.includes(key))) {
		report({path: [key], message: `unknown key, ${suggest(key, sectionNames)}`, isKey: true});
	}

	const sections = createSections(raw, report);
	const scheduler = sections.one('scheduler', schedulerSchema) ?? schedulerSchema.parse({});
	const clusters = sections.list('clusters', () => clusterSchema(sources));
	const templates = sections.named('templates', () => z.array(templateSchema()).min(1), name);
	const packages = sections.named('packages', () => packageSchema, name);
	const pools = sections.list('pools', poolSchema);
	const zones = sections.list('dns', () => dnsSchema(sources));
	const alerts = sections.one('alerts', alertsSchema(sources)) ?? alertsSchema(sources).parse({});
	const clusterNames = sections.names('clusters');
	const found = [
		...repeatedNames(clusters),
		...clusters.flatMap(cluster => checkCluster(cluster, scheduler.leaseMs)),
		...templates.flatMap(template => checkTemplate(template, clusterNames)),
		...packages.flatMap(row => checkPackage(row)),
		...repeatedNames(pools),
		...pools.flatMap(pool => checkPool(pool, clusterNames)),
		...overlappingPools(pools),
		...repeatedZones(zones),
		...checkAlerts(alerts, (raw.mail ?? null) !== null),
	];
	for (const problem of found) {
		report(problem);
	}

	return {
		database: sections.optional('database', () => line),
		timezone: sections.optional('timezone', timezoneSchema) ?? 'UTC',
		clusters: clusters.map(({value}) => ({...value, timeoutMs: value.timeoutMs ?? Math.min(defaultTimeoutMs, Math.floor(scheduler.leaseMs / 3))})),
		templates: byName(templates),
		packages: byName(packages),
		pools: pools.map(({value}) => value),
		dns: nameServers(zones.map(({value}) => value)),
		mail: sections.optional('mail', () => mailSchema(sources)) ?? null,
		alerts,
		installs: sections.one('installs', installsSchema(sources)) ?? installsSchema(sources).parse({}),
		whmcs: sections.optional('whmcs', () => whmcsSchema(sources)) ?? null,
		intake: sections.optional('intake', () => intakeSchema(sources)) ?? nobodyOrders,
		terminate: sections.one('terminate', terminateSchema) ?? terminateSchema.parse({}),
		snapshots: sections.one('snapshots', snapshotsSchema) ?? {days: 0},
		backups: sections.one('backups', backupsSchema) ?? backupsSchema.parse({}),
		shutdownTimeoutMs: sections.optional('shutdownTimeout', shutdownTimeoutSchema) ?? 120_000,
		tasks: readTasks(sections, report),
		scheduler,
		retention: sections.one('retention', retentionSchema) ?? retentionSchema.parse({}),
	};
};

/** Everything of the file that can be read, with every problem reported; the answer counts only where none was. */
export const buildSettings: typeof readSettings = (raw, sources, report) => {
	const {jitless} = z.config();
	// These schemas are used once: compiling them takes longer than reading by them.
	z.config({jitless: true});
	try {
		return readSettings(raw, sources, report);
	} finally {
		z.config({jitless});
	}
};
