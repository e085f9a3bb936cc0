import {defineConfig} from 'vitest/config';

const patient = {testTimeout: 30_000, hookTimeout: 30_000};

/** Nothing in them is measured by a clock. */
const inVirtualTime = ['test/torture/days-*.test.ts', 'test/torture/traffic.test.ts'];

export default defineConfig({
	test: {
		// Ink asks `tput` for the size of the terminal at every layout unless these are set.
		env: {COLUMNS: '100', LINES: '30', FORCE_COLOR: '0'},
		environment: 'node',
		pool: 'forks',
		projects: [
			{
				extends: true,
				test: {
					// Left to itself it would leave one core idle.
					...patient, name: 'parts', maxWorkers: '100%', include: ['test/**/*.test.{ts,tsx}'], exclude: ['test/e2e/**', 'test/torture/**'], sequence: {groupOrder: 0},
				},
			},
			{
				// Whole processes, which mostly wait for each other: two files beside each other, after all the rest.
				extends: true,
				test: {
					...patient, name: 'whole', include: ['test/e2e/**/*.test.ts', 'test/torture/**/*.test.ts'], exclude: inVirtualTime, maxWorkers: 2, sequence: {groupOrder: 1},
				},
			},
			{
				// Simulated days run beside each other.
				extends: true,
				test: {
					...patient, name: 'days', include: inVirtualTime, maxWorkers: 3, sequence: {groupOrder: 2},
				},
			},
		],
	},
});
