import fs from 'node:fs';
import process from 'node:process';
import {defineConfig} from 'vitest/config';
import {BaseSequencer, type Reporter, type TestSpecification} from 'vitest/node';

const patient = {testTimeout: 120_000, hookTimeout: 120_000};

/** Nothing in them is measured by a clock. */
const inVirtualTime = ['test/torture/days-*.test.ts', 'test/torture/traffic.test.ts', 'test/torture/fleet.test.ts'];

/** It sends signals to its own process, which nobody else may share. */
const alone = ['test/tui/open-console.test.ts'];

/** What takes longest by far, the longest first: begun last it would run on alone. */
const longest = [
	'torture/fleet',
	'torture/days-a',
	'e2e/ssh-console',
	'e2e/dns',
	'torture/kill',
	'torture/chaos',
	'e2e/dns-kill',
	'e2e/deploy',
	'e2e/vm-life',
	'e2e/console',
	'e2e/console-terminals',
	'e2e/installs-wordpress',
	'torture/addresses',
	'recipes/wordpress-kill',
	'scheduler/deploy',
	'tui/hostile-texts',
	'tui/big-screens',
];

class LongestFirst extends BaseSequencer {
	override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
		const rank = ({moduleId}: TestSpecification): number => {
			const index = longest.findIndex(name => moduleId.endsWith(`/test/${name}.test.ts`));
			return index === -1 ? longest.length : index;
		};

		const sorted = await super.sort(files);
		return sorted.toSorted((one, other) => rank(one) - rank(other));
	}
}

/** Says why a test needed its second try: what failed once on a crowded machine would be seen by nobody. */
const tellRetried: Reporter = {
	onTestCaseResult(testCase) {
		const {state, errors = []} = testCase.result();
		if (state !== 'passed' || errors.length === 0) {
			return;
		}

		const causes = errors.map(({message, stack = ''}) => [message, ...stack.split('\n').filter(line => line.includes('/test/'))].join('\n'));
		process.stderr.write(`SECOND TRY: ${testCase.module.relativeModuleId} > ${testCase.fullName}\n${causes.join('\n')}\n`);
	},
};

/** A folder in memory where there is a roomy one that programs may run from: thousands of commits need not wait for a disk. */
const inMemory = (): Readonly<Record<string, string>> => {
	const mounts = fs.existsSync('/proc/mounts') ? fs.readFileSync('/proc/mounts', 'utf8') : '';
	const isOpen = mounts.split('\n').some(line => line.startsWith('tmpfs /dev/shm ') && !line.includes('noexec'));
	if (!isOpen || process.env.TMPDIR !== undefined) {
		return {};
	}

	const {bavail, bsize} = fs.statfsSync('/dev/shm');
	return bavail * bsize > 4 * (1024 ** 3) ? {TMPDIR: '/dev/shm'} : {};
};

// Ink asks `tput` for the size of the terminal at every layout unless these are set.
const env = {COLUMNS: '100', LINES: '30', FORCE_COLOR: '0'};

export default defineConfig({
	test: {
		env,
		environment: 'node',
		pool: 'forks',
		expect: {poll: {timeout: 20_000}},
		// What fails once on a crowded machine and not twice is told with its cause.
		retry: 1,
		reporters: ['default', tellRetried],
		sequence: {sequencer: LongestFirst},
		projects: [
			{
				extends: true,
				test: {
					// Left to itself it would leave one core idle. Files share their processes: loading the program anew for each took a third of the time.
					...patient, name: 'parts', maxWorkers: '100%', isolate: false, env: {...env, ...inMemory()},
					include: ['test/**/*.test.{ts,tsx}'], exclude: ['test/e2e/**', 'test/torture/**', ...alone], sequence: {groupOrder: 0},
				},
			},
			{
				extends: true,
				test: {
					...patient, name: 'alone', include: alone, maxWorkers: '100%', env: {...env, ...inMemory()}, sequence: {groupOrder: 0},
				},
			},
			{
				// Whole processes, which mostly wait for each other: some files beside each other, after all the rest.
				extends: true,
				test: {
					...patient, name: 'whole', include: ['test/e2e/**/*.test.ts', 'test/torture/**/*.test.ts'], exclude: inVirtualTime, maxWorkers: 3, sequence: {groupOrder: 1},
				},
			},
			{
				// Simulated days wait for nothing: one core is theirs, beside those that leave it idle.
				extends: true,
				test: {
					...patient, name: 'days', include: inVirtualTime, maxWorkers: 3, sequence: {groupOrder: 1},
				},
			},
		],
	},
});
