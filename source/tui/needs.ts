import {type Incident} from '../domain/incident.js';
import {taskNames, taskLock} from '../domain/task.js';
import {vmName} from '../domain/vm.js';
import {titleOf} from './format.js';
import {
	type Install,
	type Lock,
	type Overview,
	type VmInWork,
} from './state.js';

/** Something that does not go on, or is wrong, until a person acts. */
export type Need = {
	readonly id: string;
	readonly name: string;
	readonly why: string;
	readonly since: number;
	/** The command that helps; null: none does by itself. */
	readonly command: string | null;
	readonly isAlarm: boolean;
	/** The incident that tells others of it; null: none was opened yet. */
	readonly incident: Incident | null;
	readonly about:
		| {readonly kind: 'vm'; readonly vm: VmInWork}
		| {readonly kind: 'install'; readonly install: Install}
		| {readonly kind: 'incident'; readonly incident: Incident}
		| {readonly kind: 'lock'; readonly lock: Lock}
		| {readonly kind: 'leader'};
};

/** What people call a lock. */
export const lockTitle = (lock: string): string => {
	const task = taskNames.find(name => taskLock(name) === lock);
	return task === undefined ? lock : titleOf(task);
};

/** Whether a person may clear it: the locks of tasks and of the leader, never a VM's or an install's lease. */
const isClearable = ({name}: Lock): boolean => name === 'leader' || name.startsWith('task:');

export const staleLocks = (overview: Overview): readonly Lock[] => overview.leases.filter(lock => lock.stale && isClearable(lock));

const isOfOneRow = ({key}: Incident): boolean => /^(?:vm:\d+:attention|install:\d+:failed)$/.test(key);

const isAcknowledged = ({acknowledged}: Incident, now: number): boolean =>
	acknowledged !== null && (acknowledged.until === null || acknowledged.until > now);

/** The attention line's numbers: rows that wait for a person, and causes beyond single rows that nobody has taken notice of. */
export const countAttention = (overview: Overview, now: number): {readonly needs: number; readonly incidents: number} => ({
	needs: overview.vmCounts.needsAttention + overview.installCounts.failed,
	incidents: overview.incidents.filter(incident => incident.closedAt === null && !isOfOneRow(incident) && !isAcknowledged(incident, now)).length,
});

/** The one VM that an incident is about, `v101`. */
export const incidentVm = ({key}: Pick<Incident, 'key'>): string | null => {
	const vm = /^(?:vm|backup|dns:vm):(\d+)(?::|$)/.exec(key)?.[1];
	return vm === undefined ? null : vmName({id: Number(vm)});
};

/** What its key says that it is about: `cluster fra1`, `v101`, `Process Installs`. */
export const incidentName = ({key}: Incident): string => {
	const task = taskNames.find(name => key.startsWith(`${taskLock(name)}:`));
	return task === undefined ? incidentVm({key}) ?? key.split(':').slice(0, -1).join(' ') : titleOf(task);
};

const ofIncident = (incident: Incident): Need => ({
	id: `incident:${incident.id}`,
	name: incidentName(incident),
	why: incident.affects > 1 ? `${incident.cause} (${incident.affects} hang on it)` : incident.cause,
	since: incident.since,
	command: incident.command,
	isAlarm: incident.severity === 'critical',
	incident,
	about: {kind: 'incident', incident},
});

const ofVm = (row: VmInWork, incident: Incident | null): Need => {
	const {reason, since, command} = row.vm.needsAttention!;
	return {
		id: `vm:${row.vm.id}`, name: row.vm.hostname, why: reason, since, command: command === '' ? `cronsole vm retry ${vmName(row.vm)}` : command, isAlarm: true, incident, about: {kind: 'vm', vm: row},
	};
};

const ofInstall = (install: Install, incident: Incident | null): Need => ({
	id: `install:${install.id}`, name: install.domain, why: install.cause ?? 'failed', since: install.updatedAt, command: `cronsole install retry ${install.id}`, isAlarm: true, incident, about: {kind: 'install', install},
});

const ofLock = (lock: Lock, incident: Incident | null): Need => ({
	id: `lock:${lock.name}`,
	name: lockTitle(lock.name),
	why: `stale lock of ${lock.owner.host}:${lock.owner.pid}`,
	since: lock.renewedAt,
	command: `cronsole --clear-locks=${lock.name.replace(/^task:/, '')}`,
	isAlarm: false,
	incident,
	about: {kind: 'lock', lock},
});

const nobodyLeads = ({lastLeader, now}: Overview): Need => ({
	id: 'leader', name: 'scheduler', why: 'nobody leads: nothing runs', since: lastLeader?.seenAt ?? now, command: 'cronsole --daemon', isAlarm: true, incident: null, about: {kind: 'leader'},
});

const seen = 2;

/** What alarms stands before what is only wrong, and last what somebody has taken notice of. */
const rankOf = ({isAlarm, incident}: Need, now: number): number => incident && isAcknowledged(incident, now) ? seen : Number(!isAlarm);

/** Everything that needs a person, the most urgent first, with the command that helps; each thing once, though an incident tells of it too. */
export const listNeeds = (overview: Overview, now: number): readonly Need[] => {
	const open = overview.incidents.filter(({closedAt}) => closedAt === null);
	const told = new Map(open.map(incident => [incident.key, incident]));
	const take = (key: string): Incident | null => {
		const incident = told.get(key) ?? null;
		told.delete(key);
		return incident;
	};

	const rows = [
		...overview.vmsInWork.filter(({vm}) => vm.needsAttention !== null).map(row => ofVm(row, take(`vm:${row.vm.id}:attention`))),
		...overview.installs.filter(({state}) => state === 'failed').map(install => ofInstall(install, take(`install:${install.id}:failed`))),
		...staleLocks(overview).map(lock => ofLock(lock, take(`lock:${lock.name}:stale`))),
	];

	const needs = [...(overview.leader ? [] : [nobodyLeads(overview)]), ...Array.from(told.values(), incident => ofIncident(incident)), ...rows].map(need => need.incident && isAcknowledged(need.incident, now)
		? {...need, isAlarm: false, why: `acknowledged by ${need.incident.acknowledged!.by}: ${need.why}`}
		: need);
	return needs.toSorted((a, b) => rankOf(a, now) - rankOf(b, now));
};

/** The one thing to look at first, unless somebody has taken notice of it. That nobody leads is said elsewhere. */
export const findUrgent = (overview: Overview, now: number): Need | undefined => listNeeds(overview, now).find(need => need.about.kind !== 'leader' && rankOf(need, now) < seen);
