import process from 'node:process';
import {expect, onTestFinished, test} from 'vitest';
import {startClaiming} from './fleet-claims.js';
import {expectNoGrowth} from './fleet-growth.js';
import {findGrown, findLeftovers} from './fleet-kept.js';
import {liveAnHour, wishesAnHour} from './fleet-life.js';
import {describeSample, takeSample, type Sample} from './fleet-measure.js';
import {startProfile} from './fleet-profile.js';
import {measureQuiet} from './fleet-quiet.js';
import {seedFleet} from './fleet-seed.js';
import {createFleetWorld} from './fleet-world.js';

const vms = Number(process.env.CRONSOLE_VMS ?? 150);
const hours = Number(process.env.CRONSOLE_HOURS ?? 3);
/** Of cycles with nothing to do, twice. */
const quietMinutes = Number(process.env.CRONSOLE_QUIET_MINUTES ?? 5);
const tell: (line: unknown) => void = process.env.CRONSOLE_HOURS === undefined ? () => undefined : console.log;
const warmUpHours = 2;

/** By hand `CRONSOLE_HOURS=24 CRONSOLE_VMS=10000 npx vitest run --project days test/torture/fleet.test.ts`; `CRONSOLE_PROFILE=FILE` adds a CPU profile. */
test(`a daemon with ${vms} VMs does not grow within ${hours} hours, and what it forgets keeps nobody waiting`, async () => {
	const world = await createFleetWorld(Date.UTC(2026, 10, 21, 17));
	onTestFinished(world.close);
	const {store, pruning, said} = world;
	await seedFleet(world, vms, warmUpHours + hours);
	for (let hour = 0; hour < warmUpHours; hour++) {
		await liveAnHour(world, vms);
	}

	// What SQLite opened for a look it closes only with the database itself: the second look uses it again.
	await takeSample(world);
	const stopProfile = await startProfile(process.env.CRONSOLE_PROFILE);
	const claims = await startClaiming(world);
	const measuredFrom = world.time.clock.now();
	const samples: Sample[] = [];
	const leftovers: string[] = [];
	let refused = 0;
	for (let hour = 1; hour <= hours; hour++) {
		const began = {at: performance.now(), cpu: process.cpuUsage()};
		refused += await liveAnHour(world, vms);
		const sample = await takeSample(world);
		samples.push(sample);
		leftovers.push(...findLeftovers(world).map(what => `hour ${hour}: ${what}`));
		const {user, system} = process.cpuUsage(began.cpu);
		tell(`hour ${hour} (${Math.round((performance.now() - began.at) / 1000)} s, ${((user + system) / 1_000_000).toFixed(1)} s of CPU): ${describeSample(sample)}; ${pruning.rows} rows forgotten, ${claims.waited.length} claims`);
	}

	await claims.stop();
	await stopProfile();
	const quiet = await measureQuiet(world, quietMinutes);
	tell(`cycles with nothing to do left ${JSON.stringify(quiet)}`);

	expectNoGrowth(samples, quiet);

	// All of it was really done.
	tell(said.map(({event, message}) => `${event}: ${message}`));
	expect(said.length).toBeLessThan(hours * 5);
	expect(refused).toBeLessThan(hours * wishesAnHour(vms) / 5);
	const counts = (await store.read.runs.listRecent(8)).filter(({task, startedAt, finishedAt}) => task === 'collect_statistics' && startedAt > measuredFrom && finishedAt !== null);
	// Runs are kept for an hour.
	expect(counts.length).toBeGreaterThan(0);
	expect(counts.map(({processed, errors}) => ({isWhole: processed > vms * 0.98, errors}))).toEqual(counts.map(() => ({isWhole: true, errors: 0})));

	expect(leftovers).toEqual([]);
	expect(findGrown(samples[0]!.rows, samples.at(-1)!.rows, hours * wishesAnHour(vms))).toEqual([]);

	expect(pruning.rows).toBeGreaterThan(vms * hours);
	expect(pruning.largest).toBeLessThanOrEqual(500);
	expect(claims.waited.length).toBeGreaterThan(hours);
	expect(Math.max(...claims.waited), 'transactions of pruning before a claim').toBeLessThanOrEqual(3);
}, 600_000 + (hours * vms * 1000));
