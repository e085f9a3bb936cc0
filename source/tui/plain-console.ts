import {setTimeout as sleep} from 'node:timers/promises';
import {type App} from '../app.js';
import {type Clock} from '../domain/clock.js';
import {formatTook} from '../domain/duration.js';
import {describeTally} from '../domain/run-result.js';
import {safeText} from '../domain/safe-text.js';
import {titleOf, type Times} from './format.js';
import {decideLeading, type Leading, type LeadingMode} from './leading.js';
import {countAttention, listNeeds} from './needs.js';
import {type Overview} from './state.js';

const limit = {vms: 50, installs: 50, activity: 50} as const;
const pollMs = 500;
const longestMs = 5000;

const leaderText = ({leader}: Overview): string => leader ? `leading: ${leader.kind} ${leader.host}:${leader.pid}` : 'nobody leads: nothing runs';

const attentionText = (overview: Overview): string => {
	const {needs, incidents} = countAttention(overview, overview.now);
	return needs + incidents === 0 ? 'nothing needs a person' : `${needs} need a person, ${incidents} incidents`;
};

/** The state of things as lines, for where no screen can be drawn. */
export const summaryLines = (overview: Overview): readonly string[] => [
	leaderText(overview),
	...overview.clusters.map(({name, state, error}) => `cluster ${name}: ${state}${error === null ? '' : `, ${error}`}`),
	...overview.lastRuns.map(run => `${titleOf(run.task)}: ${run.result ?? 'running'}, ${describeTally(run)}`),
	`VMs: ${overview.vmCounts.inWork} in work, ${overview.vmCounts.needsAttention} need a person, ${overview.vmCounts.ready} ready`,
	`Installs: ${overview.installCounts.pending} pending, ${overview.installCounts.running} running, ${overview.installCounts.failed} failed`,
	attentionText(overview),
	...listNeeds(overview, overview.now).map(({name, why, command}) => `! ${name}: ${why}${command === null ? '' : `; helps: ${command}`}`),
].map(line => safeText(line, 1000));

/** What is new in an overview as against the one before: who leads, runs that began or ended, activity, what needs a person. */
const changeLines = (before: Overview, after: Overview, times: Times): readonly string[] => {
	const lines = leaderText(before) === leaderText(after) ? [] : [`${times.time(after.now)} ${leaderText(after)}`];

	for (const run of after.lastRuns) {
		const known = before.lastRuns.find(({id}) => id === run.id);
		if (known?.finishedAt === run.finishedAt) {
			continue;
		}

		lines.push(run.finishedAt === null
			? `${times.time(run.startedAt)} ${titleOf(run.task)}: started`
			: `${times.time(run.finishedAt)} ${titleOf(run.task)}: ${run.result ?? 'ended'} in ${formatTook(run.finishedAt - run.startedAt)}, ${describeTally(run)}`);
	}

	const last = before.activity.at(-1)?.id ?? 0;
	for (const {id, at, level, actor, subject, message} of after.activity) {
		if (id > last) {
			lines.push(`${times.time(at)} ${level} ${actor} ${subject}: ${message}`);
		}
	}

	if (attentionText(before) !== attentionText(after)) {
		lines.push(`${times.time(after.now)} ${attentionText(after)}`);
	}

	return lines.map(line => safeText(line, 1000));
};

export type PlainOptions = {
	readonly app: App;
	readonly clock: Clock;
	readonly times: Times;
	readonly mode: LeadingMode;
	readonly leading: Leading;
	readonly print: (line: string) => void;
	readonly signal: AbortSignal;
};

const lead = async ({app, mode, leading, print}: PlainOptions, overview: Overview, leaderlessMs: number | null): Promise<void> => {
	const loss = leading.takeLoss();
	if (loss !== undefined) {
		print(safeText(loss, 1000));
	}

	const wish = decideLeading({
		overview, mode, isReadOnly: app.isReadOnly, isStarted: leading.isStarted(), isDeclined: false, leaderlessMs,
	});
	if (wish === 'lead') {
		await leading.start();
		print('this console leads, or stands by to lead');
	} else if (wish === 'hand-over') {
		await leading.stop();
		print('handed over to the daemon');
	}
};

const pause = async (ms: number, signal: AbortSignal): Promise<void> => {
	try {
		await sleep(ms, undefined, {signal});
	} catch {
		// Ended meanwhile: the loop sees it.
	}
};

/** Prints the state of things and then every change as a line, until the signal: no cursor is moved, no line is written twice. */
export const runPlain = async (options: PlainOptions): Promise<void> => {
	const {app, clock, times, print, signal} = options;
	let before = await app.overview(limit);
	for (const line of summaryLines(before)) {
		print(line);
	}

	print('what changes is printed below; Ctrl-C ends it');

	if (!before.leader && before.lastLeader?.kind === 'daemon' && options.mode === 'auto') {
		print('the last leader was a daemon: --lead lets this console lead instead');
	}

	await lead(options, before, null);
	let leaderlessSince = before.leader ? undefined : clock.monotonic();
	let version = app.dataVersion();
	let readAt = clock.monotonic();
	while (!signal.aborted) {
		await pause(pollMs, signal);
		if (signal.aborted || (app.dataVersion() === version && clock.monotonic() - readAt < longestMs)) {
			continue;
		}

		version = app.dataVersion();
		readAt = clock.monotonic();
		const after = await app.overview(limit);
		for (const line of changeLines(before, after, times)) {
			print(line);
		}

		leaderlessSince = after.leader ? undefined : leaderlessSince ?? clock.monotonic();
		await lead(options, after, clock.monotonic() - (leaderlessSince ?? clock.monotonic()));
		before = after;
	}
};
