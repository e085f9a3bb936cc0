import {mkdirSync, readdirSync, rmSync} from 'node:fs';
import path from 'node:path';
import {type Clock} from '../domain/clock.js';
import {safeText} from '../domain/safe-text.js';
import {type FencedStore, type Store} from '../store/store.js';

/** What a copy a day is made with. */
export type CopyDailyDeps = {readonly store: Pick<Store, 'place' | 'copyTo'>; readonly fenced: FencedStore; readonly clock: Clock};

const kept = 7;
const dayMs = 86_400_000;
const ours = /^cronsole-\d{8}T\d{6}Z\.db$/;
const unfinished = /^cronsole-\d{8}T\d{6}Z\.db\.\d+\.unfinished/;

/** `cronsole-20261122T030000Z.db`: in the order of their names they are in that of their age. */
const nameOf = (now: number): string => `cronsole-${new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, '')}.db`;

const removeOld = (folder: string): void => {
	const names = readdirSync(folder);
	const old = names.filter(name => ours.test(name)).toSorted().slice(0, -kept);
	for (const name of old) {
		rmSync(path.join(folder, name), {force: true});
	}
};

/** What a process that was killed left behind. */
const removeUnfinished = (folder: string): void => {
	for (const name of readdirSync(folder).filter(name => unfinished.test(name))) {
		rmSync(path.join(folder, name), {force: true});
	}
};

const attempt = async ({store, clock}: CopyDailyDeps): Promise<string | null> => {
	const place = path.resolve(store.place);
	const folder = path.join(path.dirname(place), 'backups');
	try {
		mkdirSync(folder, {recursive: true, mode: 0o700});
		removeUnfinished(folder);
		const file = path.join(folder, nameOf(clock.now()));
		await store.copyTo(file);
		// Only once there is a newer one that was looked through.
		removeOld(folder);
		return null;
	} catch (error) {
		return safeText(error instanceof Error ? error.message : String(error), 300);
	}
};

/** Copies the database once a day into `backups` beside it and keeps the last seven; one that fails is tried again when it is asked next. */
export const copyDaily = async (deps: CopyDailyDeps): Promise<void> => {
	const {fenced, clock} = deps;
	const now = clock.now();
	const {madeAt, error: known} = await fenced.read.upkeep.findLastCopy();
	// One that lies in the future was made before the clock was set back.
	const isDue = madeAt === null || now - madeAt >= dayMs || madeAt > now;
	// An older database that nobody has looked at must not push good copies out.
	if (!isDue || await fenced.read.upkeep.findRestored() !== null) {
		return;
	}

	const error = await attempt(deps);
	if (error === null || error !== known) {
		await fenced.write(async ({upkeep}) => upkeep.noteCopy({madeAt: error === null ? now : madeAt, error}));
	}
};
