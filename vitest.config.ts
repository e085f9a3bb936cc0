import {defineConfig} from 'vitest/config';

export default defineConfig({
	test: {
		include: ['test/**/*.test.{ts,tsx}'],
		environment: 'node',
		// Ink asks `tput` for the size of the terminal at every layout unless these are set.
		env: {COLUMNS: '100', LINES: '30', FORCE_COLOR: '0'},
		pool: 'forks',
		testTimeout: 30_000,
		hookTimeout: 30_000,
	},
});
