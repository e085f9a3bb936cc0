import {taskNames} from '../../../source/domain/task.js';
import {type Random} from '../../../source/simulation/random.js';
import {type Listing, type ViewName} from '../../../source/tui/listing.js';
import {views} from '../../../source/tui/listings/all-views.js';
import {type Overview} from '../../../source/tui/state.js';
import {type Piece} from '../../../source/tui/text.js';
import {
	ago,
	backupLine,
	readFixed,
	snapshotLine,
	trafficLine,
	vmLine,
} from './fixed-lines.js';
import {
	activity,
	fixedOverview,
	install,
	vmInWork,
} from './fixed-overview.js';
import {hostileText, pick} from './hostile.js';

type Chance = {readonly random: Random; readonly text: () => string; readonly maybe: <T>(value: T) => T | null; readonly some: <T>(most: number, make: (id: number) => T) => readonly T[]};

const chanceOf = (random: Random): Chance => ({
	random,
	text: () => hostileText(random),
	maybe: value => random.next() < 0.5 ? value : null,
	some: (most, make) => Array.from({length: random.integer(0, most)}, (_, index) => make(index + 1)),
});

const attention = ({text}: Chance) => ({reason: text(), since: 0, command: text()});

const hostileInstall = ({random, text, maybe}: Chance, id: number, nextAttemptAt = ago(random.integer(-999, 999))) => install(id, text(), {
	state: pick(random, ['failed', 'running', 'pending', 'done', 'dropped'] as const), cause: maybe(text()), doing: maybe(text()), account: text(), panel: text(), application: text(), reference: text(),
	client: {name: text(), email: text()}, progress: maybe(random.integer(-10, 200)), isDropAsked: random.next() < 0.2, attempt: random.integer(0, 9), nextAttemptAt: maybe(nextAttemptAt),
});

const hostileActivity = ({random, text, maybe}: Chance, id: number) => activity(id, {
	level: pick(random, ['debug', 'info', 'warning', 'error'] as const), actor: text(), address: maybe(text()), subject: text(), message: text(), vmId: maybe(random.integer(1, 5)), installId: maybe(random.integer(1, 5)),
});

const incident = ({random, text, maybe}: Chance, id: number): Overview['incidents'][number] => ({
	id, key: pick(random, [`vm:${id}:attention`, 'node:ams1/pve3:down', `install:${id}:failed`, text()]), severity: pick(random, ['warning', 'critical'] as const), cause: text(), command: maybe(text()), since: ago(99), closedAt: null,
	affects: random.integer(0, 99), acknowledged: maybe({
		by: text(), at: ago(30), note: maybe(text()), until: null,
	}),
});

const owner = {
	host: 'x'.repeat(200), pid: 999_999_999, instance: 'x', kind: 'daemon',
} as const;

const locks = ['leader', ...taskNames.map(name => `task:${name}`)];

const lock = ({random, text}: Chance): Overview['leases'][number] => ({
	name: pick(random, [...locks, text()]), owner, acquiredAt: ago(99), renewedAt: ago(60), stale: random.next() < 0.5, fence: 4,
});

/** An evening on which everybody's words are hostile. */
export const hostileOverview = (random: Random): Overview => {
	const chance = chanceOf(random);
	const {text, maybe, some} = chance;
	const [first] = fixedOverview.lastRuns;
	const session = (id: number): Overview['sessions'][number] => ({
		...fixedOverview.sessions[1]!, id: `s${id}`, actor: text(), host: text(),
	});
	return {
		...fixedOverview,
		hold: random.next() < 0.2
			? {
				by: text(), reason: maybe(text()), since: ago(9), until: null,
			}
			: null,
		leader: random.next() < 0.8 ? {...fixedOverview.leader!, host: text()} : null,
		sessions: some(9, session),
		lastRuns: taskNames.flatMap(task => random.next() < 0.8
			? [{
				...first!, task, result: pick(random, ['ok', 'failed', 'interrupted'] as const), message: maybe(text()), by: text(),
			}]
			: []),
		taskSettings: taskNames.map(task => ({
			task, intervalSeconds: maybe(random.integer(0, 9_999_999)), intervalSetBy: text(), paused: maybe({
				by: text(), reason: maybe(text()), since: ago(9), until: null,
			}),
		})),
		leases: some(4, () => lock(chance)),
		vmsInWork: some(60, id => vmInWork(id, text(), {
			vm: {
				needsAttention: maybe(attention(chance)), node: maybe(text()), cluster: text(), reference: text(),
			},
			operation: {waitingFor: maybe(text()), message: maybe(text()), attempt: random.integer(0, 99)},
			...random.next() < 0.5 && {progress: random.integer(-9, 300)},
		})),
		installs: some(40, id => hostileInstall(chance, id)),
		clusters: some(9, () => ({
			...fixedOverview.clusters[0]!, name: text(), state: pick(random, ['ok', 'degraded', 'unreachable'] as const), error: maybe(text()),
		})),
		maintenance: random.next() < 0.2 ? [{...fixedOverview.maintenance[0]!, cluster: text(), node: maybe(text())}] : [],
		incidents: some(12, id => incident(chance, id)),
		activity: some(60, id => hostileActivity(chance, id)),
	};
};

/** Rows of a view with hostile words wherever there may be any. */
export const hostileListing = async (random: Random, name: ViewName): Promise<Listing> => {
	const chance = chanceOf(random);
	const {text, maybe, some} = chance;
	return readFixed(views.find(view => view.name === name)!, {
		vms: some(90, id => vmLine(id, text(), {
			node: maybe(text()), cluster: text(), client: text(), packageName: text(), reference: text(), address: maybe(text()), suspended: some(2, () => 'abuse' as const), needsAttention: maybe(attention(chance)),
			...random.next() < 0.5 && {operation: {waitingFor: maybe(text()), message: maybe(text())}},
		})),
		installs: some(90, id => hostileInstall(chance, id)),
		backups: some(60, id => backupLine(id, text(), {
			state: pick(random, ['failed', 'done', 'running', 'waiting'] as const), kind: pick(random, ['scheduled', 'manual', 'foreign'] as const), cause: maybe(text()), note: maybe(text()), storage: text(), localDate: maybe(text()),
			sizeBytes: maybe(random.integer(0, Number.MAX_SAFE_INTEGER)),
		})),
		snapshots: some(60, id => snapshotLine(id, text(), {name: text(), note: maybe(text())})),
		traffic: some(60, id => trafficLine(id, text(), {
			reference: text(), cluster: text(), bytesIn: random.integer(0, Number.MAX_SAFE_INTEGER), bytesOut: random.integer(0, 9), trafficGb: maybe(random.integer(0, 999)), countedAt: maybe(ago(9)),
		})),
		activity: some(90, id => hostileActivity(chance, id)),
		total: random.integer(0, 99_999_999),
	});
};

const styles = ['plain', 'dim', 'strong', 'good', 'warning', 'bad', 'accent', 'alarm', 'selected'] as const;

/** Details as if nobody had looked at the words that they are made of. */
export const hostileLines = (random: Random): ReadonlyArray<readonly Piece[]> => {
	const {text, some} = chanceOf(random);
	return some(80, () => some(4, (): Piece => [pick(random, styles), text()]));
};
