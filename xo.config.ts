import {type FlatXoConfig} from 'xo';

const config: FlatXoConfig = [
	{
		ignores: ['build', 'node_modules'],
	},
	{
		rules: {
			// The house's own measure of a function is 70 lines: test/architecture.test.ts.
			'max-lines': 'off',
			'capitalized-comments': 'off',
			// The text of a row in the database may be null, and so may a field of the JSON contract.
			'@typescript-eslint/no-restricted-types': 'off',
			'@typescript-eslint/ban-types': 'off',
			'unicorn/no-null': 'off',
			// Columns of the database and fields of Proxmox keep the names that they have there.
			'@typescript-eslint/naming-convention': 'off',
			camelcase: 'off',
			'unicorn/no-duplicate-loops': 'off',
			'unicorn/consistent-boolean-name': 'off',
			'unicorn/prefer-number-coercion': 'off',
			'require-unicode-regexp': 'off',
			'regexp/prefer-named-capture-group': 'off',
			'unicorn/single-line-block-comment-style': 'off',
			'n/prefer-global/process': 'off',
			'n/prefer-global/buffer': 'off',
			// Work on one VM or one row goes in order on purpose.
			'no-await-in-loop': 'off',
		},
	},
	{
		// npm alone heeds the override: one platform's binary of a linter is missing in the newest version.
		files: ['package.json'],
		rules: {
			'package-json/no-overrides-in-published-package': 'off',
		},
	},
	{
		// What a test reads back is JSON of somebody else's making.
		files: ['test/**', 'bench/**'],
		rules: {
			'@typescript-eslint/no-unsafe-return': 'off',
			'@typescript-eslint/no-unsafe-assignment': 'off',
			'@typescript-eslint/no-unsafe-member-access': 'off',
			'@typescript-eslint/no-unsafe-argument': 'off',
			'@typescript-eslint/no-unsafe-call': 'off',
			'@typescript-eslint/no-explicit-any': 'off',
			'@typescript-eslint/strict-void-return': 'off',
			'@typescript-eslint/no-loop-func': 'off',
			'@typescript-eslint/strict-boolean-expressions': 'off',
			'unicorn/no-await-expression-member': 'off',
			'node-test/no-import-test-files': 'off',
		},
	},
	{
		// What a property is about is built of calls within calls.
		files: ['test/properties/**'],
		rules: {
			'unicorn/max-nested-calls': 'off',
		},
	},
];

export default config;
