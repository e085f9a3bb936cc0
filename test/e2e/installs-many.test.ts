import fs from 'node:fs';
import path from 'node:path';
import {describe, expect, test} from 'vitest';
import {openApp} from '../../source/app.js';
import {loadSettings} from '../../source/config.js';
import {hasExim} from '../support/exim.js';
import {
	createWorld,
	makeFolder,
	mayServe,
	orderOf,
	startFront,
} from './installs-world.js';

/** Writes down when it begins and ends. */
const script = `#!/bin/sh
read -r request
job=\${request#*\\"job\\":\\"} job=\${job%%\\"*}
action=\${request#*\\"action\\":\\"} action=\${action%%\\"*}
echo "+ $action $job $$" >> "$1"
[ "$action" = install ] && sleep "$2"
echo "- $action $job $$" >> "$1"
[ "$3" = fail ] && { echo 'no more room here' >&2; exit 75; }
echo '{"ok":true,"changed":[],"state":{"account":true,"site":"absent"}}'
`;

const panels = {good: {count: 80, concurrency: 3, pause: '0'}, bad: {count: 80, concurrency: 2, pause: '0'}, slow: {count: 40, concurrency: 4, pause: '0.8'}} as const;
type Name = keyof typeof panels;
const names = Object.keys(panels) as readonly Name[];

type Told = {readonly lines: readonly string[]; readonly endedAt: number};

const readTold = (file: string): Told => ({lines: fs.readFileSync(file, 'utf8').trim().split('\n'), endedAt: fs.statSync(file).mtimeMs});

const mostAtOnce = ({lines}: Told): number => {
	let now = 0;
	return Math.max(...lines.map(line => {
		now += line.startsWith('+') ? 1 : -1;
		return now;
	}));
};

/** In which order the jobs were begun: that of their processes, since on a busy machine one may say so long after it was started. */
const jobsOf = ({lines}: Told): readonly number[] => {
	const begun = lines.filter(line => line.startsWith('+')).map(line => {
		const words = line.split(' ', 4);
		return {id: Number(words[2]!.slice(1)), pid: Number(words[3])};
	});
	// The numbers of processes begin anew once the largest was given.
	const turn = ({pid}: {readonly pid: number}): number => pid < begun[0]!.pid - 10_000 ? pid + 1e9 : pid;
	return [...new Set(begun.toSorted((one, other) => turn(one) - turn(other)).map(({id}) => id))];
};

describe.runIf(mayServe() && hasExim())('two hundred installs over three panels', () => {
	test('one run does them in their order, no more of a panel at once than it may, and none waits for the panel that fails or the one that is slow', async () => {
		const folder = makeFolder();
		const program = path.join(folder, 'panel');
		fs.writeFileSync(program, script, {mode: 0o755});
		const front = await startFront((_host, _request, response) => response.end('<title>Shop</title>'));
		const logOf = (name: Name) => path.join(folder, name);
		const world = await createWorld(Object.fromEntries(names.map(name => [name, {
			kind: 'command', command: [program, logOf(name), panels[name].pause, name === 'bad' ? 'fail' : 'work'], concurrency: panels[name].concurrency, address: front.address, timeout: '10s',
		}])), {installs: {applications: {quiet: {welcomeEmail: false}}}});

		// As many processes would take longer than all of the rest.
		const app = await openApp({settings: await loadSettings({file: path.join(world.folder, 'cronsole.yaml'), env: {}}), actor: {name: 'tester', address: null}, isReadOnly: false});
		for (let index = 0; index < 80; index++) {
			for (const name of names.filter(one => index < panels[one].count)) {
				await app.intents.addInstall(JSON.parse(orderOf(`${name}${index}`, {panel: name, title: 'Shop', application: name === 'slow' ? 'static' : 'quiet'})));
			}
		}

		await app.close();
		const run = await world.work();
		expect(run.code, run.err).toBe(1);
		const installs = await world.list();
		const told = Object.fromEntries(names.map(name => [name, readTold(logOf(name))])) as Record<Name, Told>;
		for (const name of names) {
			const own = installs.filter(({panel}) => panel === name);
			expect(own).toHaveLength(panels[name].count);
			expect(new Set(own.map(({state, attempt, cause}) => `${state} ${attempt} ${cause}`))).toEqual(new Set([name === 'bad' ? 'pending 1 no more room here' : 'done 0 null']));
			expect(mostAtOnce(told[name]), name).toBeLessThanOrEqual(panels[name].concurrency);
			// Those that are begun together may come in any order.
			const turns = own.map(({id}) => id).toSorted((a, b) => a - b);
			expect(jobsOf(told[name]).filter((id, place) => Math.abs(turns.indexOf(id) - place) >= panels[name].concurrency), name).toEqual([]);
		}

		expect(told.good.endedAt).toBeLessThan(told.slow.endedAt);
		expect(told.bad.endedAt).toBeLessThan(told.slow.endedAt);
		const letters = await world.letters(40);
		expect(new Set(letters.map(({to}) => to)).size).toBe(40);
		expect(letters).toHaveLength(40);
	}, 240_000);
});
