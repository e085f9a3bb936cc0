const make = 'source/pipelines/site-steps/make-site.ts';
const talk = 'source/pipelines/ask-panel.ts';
const tests = ['test/pipelines/install-failures.test.ts', 'test/pipelines/install-crashes.test.ts'];

// Sites: asked for once, nothing of somebody else's overwritten, a panel not flooded.
export const panels = [
	{
		name: 'after an unknown outcome nobody looks', file: make,
		find: 'if (isFirst || panel.isOpen()) {', replace: 'if (isFirst) {', tests,
	},
	{
		name: 'after a death nobody looks', file: talk,
		find: 'let isOpen = install.inFlight !== null;', replace: 'let isOpen = false;', tests,
	},
	{
		name: 'what a panel is asked is not written down before', file: talk,
		find: 'await changeRunning(run, {...alongside, inFlight: {action, since: context.clock.now()}});', replace: 'await changeRunning(run, alongside);', tests,
	},
	{
		name: 'a site that somebody else made is overwritten', file: make,
		find: 'if (isFirst && site === \'installed\') {', replace: 'if (false) {', tests,
	},
	{
		name: 'no attempt at an install is the last', file: 'source/pipelines/note-site-failure.ts',
		find: 'if (attempts >= settings.scheduler.maxAttempts) {', replace: 'if (false) {', tests,
	},
	{
		name: 'a panel has no limit', file: 'source/scheduler/install-mover.ts',
		find: 'const concurrency = deps.settings().installs.panels[panel]?.concurrency ?? 1;', replace: 'const concurrency = 99;', tests: ['test/scheduler/install-mover.test.ts'],
	},
];
