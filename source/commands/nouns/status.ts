import {type App} from '../../app.js';
import {formatAge} from '../../domain/duration.js';
import {safeText} from '../../domain/safe-text.js';
import {judgeSeverity} from '../../domain/severity.js';
import {vmName} from '../../domain/vm.js';
import {type Overview} from '../../store/overview.js';
import {startsOf} from '../print/install-starts.js';
import {exitCodes, type Command} from '../io/io.js';
import {
	countStandby,
	listClusterStates,
	statusJson,
} from '../print/json/status-json.js';
import {formatTable} from '../print/table.js';
import {lockText, tasksTable} from '../print/tasks-table.js';
import {createTimes} from '../print/times.js';
import {doingText} from '../print/vm-texts.js';

const limit = {vms: 20, installs: 10, activity: 0} as const;

const leaderText = ({leader, lastLeader, now, ...overview}: Overview): string => {
	if (!leader) {
		const last = lastLeader ? `; the last was a ${lastLeader.kind} on ${lastLeader.host}, seen ${formatAge(now - lastLeader.seenAt)} ago` : '';
		return `NOBODY LEADS: nothing is started${last}. Start \`cronsole --daemon\``;
	}

	const standby = countStandby({
		leader, lastLeader, now, ...overview,
	});
	return `leading: ${leader.kind} ${leader.host}:${leader.pid}, renewed ${formatAge(now - leader.renewedAt)} ago; standing by: ${standby}`;
};

const header = (app: App, overview: Overview): readonly string[] => {
	const settings = app.settings();
	const {hold, maintenance, now} = overview;
	const until = (end: number | null) => end === null ? '' : ` until ${createTimes(settings.timezone).full(end)}`;
	const reason = (text: string | null) => text === null ? '' : `: ${safeText(text, 200)}`;
	const lock = overview.leases.find(({name}) => name === 'leader');
	return [
		`cronsole ${app.version}  ${app.place}  ${createTimes(settings.timezone).full(now)}`,
		leaderText(overview),
		...lock?.stale ? [`the leader's lock: ${lockText(lock, now)}`] : [],
		...hold ? [`HOLD by ${hold.by}${reason(hold.reason)}${until(hold.until)}: nothing new starts`] : [],
		...maintenance.map(row => `maintenance of ${row.cluster}${row.node === null ? '' : `/${row.node}`} by ${row.by}${reason(row.reason)}${until(row.until)}`),
		...listClusterStates(overview, settings).map(({name, state, version, error}) =>
			`cluster ${name}: ${state}${version === null ? '' : `, Proxmox VE ${safeText(version, 40)}`}${error === null ? '' : `, ${safeText(error, 200)}`}`),
	];
};

const vmLines = async ({vmCounts, vmsInWork, now}: Overview): Promise<readonly string[]> => [
	`VMs: ${vmCounts.ready} ready, ${vmCounts.inWork} in work, ${vmCounts.needsAttention} need attention, ${vmCounts.suspended} suspended, ${vmCounts.removed} removed`,
	...vmsInWork.length === 0
		? []
		: await formatTable(['  VM', 'HOSTNAME', 'FOR', 'DOING'], vmsInWork.map(({vm, operation, progress}) => [
			`${vm.needsAttention ? '! ' : '  '}${vmName(vm)}`,
			vm.hostname,
			operation ? formatAge(now - (operation.stepSince ?? operation.requestedAt)) : '–',
			safeText(`${doingText(vm, operation)}${progress === null ? '' : ` ${progress} %`}${vm.needsAttention ? `; ${vm.needsAttention.command}` : ''}`, 160),
		])),
];

const installLines = async (app: App, overview: Overview): Promise<readonly string[]> => {
	const {installCounts: count, installs, now} = overview;
	const starts = startsOf(overview, app.settings());
	return [
		`Installs: ${count.pending} pending, ${count.running} running, ${count.failed} failed, ${count.done} done, ${count.dropped} dropped`,
		...installs.length === 0
			? []
			: await formatTable(['  ID', 'SITE', 'STATE', 'AGE', 'WHY'], installs.map(install => [
				`  ${install.id}`, install.domain, install.state, formatAge(now - install.createdAt), safeText(install.cause ?? starts.text(install), 160),
			])),
	];
};

const incidentLines = async ({incidents, now}: Overview): Promise<readonly string[]> => [
	`Incidents: ${incidents.length === 0 ? 'none' : incidents.length}`,
	...incidents.length === 0
		? []
		: await formatTable(['  ID', 'SEVERITY', 'SINCE', 'CAUSE'], incidents.map(({id, severity, since, cause, affects, command, acknowledged}) => [
			`  ${id}`,
			severity,
			formatAge(now - since),
			safeText(`${cause}${affects > 1 ? ` (${affects} hang on it)` : ''}${acknowledged ? `; known to ${acknowledged.by}` : ''}${command === null ? '' : `; ${command}`}`, 300),
		])),
];

const severityOf = (app: App, overview: Overview): number => judgeSeverity({
	hasLeader: overview.leader !== null,
	isOnHold: overview.hold !== null,
	incidents: overview.incidents,
	clusters: listClusterStates(overview, app.settings()),
	needsAttention: overview.vmCounts.needsAttention,
	failedInstalls: overview.installCounts.failed,
	failedTasks: overview.lastRuns.filter(({result}) => result === 'failed').length,
	staleLocks: overview.leases.filter(({stale, name}) => stale && !/^(?:vm|install):/.test(name)).length,
	now: overview.now,
});

/** The console's first view, once. */
export const status: Command = async (app, _words, flags, output) => {
	const overview = await app.overview(limit);
	if (output.isJson) {
		output.json(statusJson(overview, app.settings(), app));
	} else {
		const parts = await Promise.all([tasksTable(overview, app.settings()), vmLines(overview), installLines(app, overview), incidentLines(overview)]);
		for (const lines of [header(app, overview), ...parts]) {
			for (const line of lines) {
				output.out(line);
			}

			output.out('');
		}
	}

	return flags.exitCode ? severityOf(app, overview) : exitCodes.done;
};
