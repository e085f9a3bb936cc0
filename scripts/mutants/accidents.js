const sqlite = 'source/store/sqlite.ts';
const files = 'source/store/sqlite/same-files.ts';
const replaced = ['test/store/replaced.test.ts'];
const erased = ['test/store/erased.test.ts'];
const watch = 'source/scheduler/clock-watch.ts';
const moments = 'source/store/tables/move-moments.ts';
const clockSet = ['test/scheduler/clock-set.test.ts'];
const certificates = ['test/clients/certificates.test.ts'];
const limits = ['test/clients/proxmox/limits.test.ts'];

// The database's files, the clock, certificates, and what passes by itself.
export const accidents = [
	{
		name: 'an erased password stays in the WAL', file: sqlite,
		find: 'connection.pragma(\'wal_checkpoint(truncate)\');', replace: '', tests: erased,
	},
	{
		name: 'an erased password stays in free pages', file: 'source/store/sqlite/open-connection.ts',
		find: 'secure_delete = on', replace: 'secure_delete = off', tests: erased,
	},
	{
		name: 'a file without a name is written into', file: sqlite,
		find: 'createRunQuery(writing, ways), () => {\n\t\t\tcheckFiles();', replace: 'createRunQuery(writing, ways), () => {',
		tests: replaced,
	},
	{
		name: 'a file without a name is shown', file: sqlite,
		find: 'async snapshot(look) {\n\t\t\t\tcheckFiles();', replace: 'async snapshot(look) {', tests: replaced,
	},
	{
		name: 'a WAL that was taken away is not missed', file: files,
		find: '[\'\', \'-wal\'].map(', replace: '[\'\'].map(', tests: replaced,
	},
	{
		name: 'the WAL of another database is taken for its own', file: sqlite,
		find: '\t\trefuseForeignWal(path);\n', replace: '', tests: replaced,
	},
	{
		name: 'the WAL of a database that was killed is taken for another\'s', file: files,
		find: ' && isWithoutWal(file)) {', replace: ') {', tests: replaced,
	},
	{
		name: 'a database that a newer cronsole changed is written by an older one', file: sqlite,
		find: '\t\t\tcheckSchema();\n', replace: '', tests: ['test/store/migrate-2.test.ts'],
	},
	{
		name: 'a clock that was set is not noticed', file: watch,
		find: 'if (known.fence === fence && isRight()) {', replace: 'if (known.fence === fence) {', tests: clockSet,
	},
	{
		name: 'a clock that was set while nobody led is not noticed', file: watch,
		find: 'const last = await read.upkeep.findClock();',
		replace: 'const noted = await read.upkeep.findClock();\n\t\t\tconst last = known.fence > 0 || !noted ? noted : {...noted, aheadMs};',
		tests: clockSet,
	},
	{
		name: 'what was put off stays put off when the clock is set back', file: moments,
		find: 'if (byMs < 0) {', replace: 'if (false) {', tests: clockSet,
	},
	{
		name: 'a clock that is set ahead makes impatient', file: moments,
		find: 'Math.max(0, byMs)', replace: '0', tests: clockSet,
	},
	{
		name: 'seconds that were slept through are counted out', file: 'source/scheduler/beat.ts',
		find: 'if (now() - lookAt > 2 * secondMs) {', replace: 'if (false) {', tests: ['test/scheduler/beat.test.ts'],
	},
	{
		name: 'a silent clock is not missed', file: 'source/scheduler/beat.ts',
		find: 'if (silentMs > 2 * secondMs) {', replace: 'if (false) {', tests: ['test/scheduler/beat.test.ts'],
	},
	{
		name: 'a resumed session with a cluster or panel shows no certificate', file: 'source/clients/tls-connect.ts',
		find: 'maxCachedSessions: 0', replace: 'maxCachedSessions: 100', tests: certificates,
	},
	{
		name: 'a resumed session with a name server outlives its certificate', file: 'source/clients/dns/http-json.ts',
		find: 'maxCachedSessions: 0', replace: 'maxCachedSessions: 100', tests: certificates,
	},
	{
		name: 'any certificate is that of a fingerprint', file: 'source/clients/tls-connect.ts',
		find: 'if (wanted.size > 0 && !wanted.has(seen)) {', replace: 'if (false) {', tests: certificates,
	},
	{
		name: 'a passing 401 needs a person', file: 'source/pipelines/retry.ts',
		find: 'kind === \'denied\' && scope === \'cluster\';', replace: 'false && kind === scope;', tests: ['test/pipelines/retry.test.ts', 'test/pipelines/failures.test.ts'],
	},
	{
		name: 'a refused token is believed without a look at the cluster', file: 'source/pipelines/note-failure.ts',
		find: 'const verdict = isDoubtful(error) ? await context.judge(error) : \'item\';', replace: 'const verdict = \'item\';', tests: ['test/pipelines/failures.test.ts'],
	},
	{
		name: 'a change connects before its guard is asked', file: 'source/clients/proxmox/calls.ts',
		find: 'beforeSend(); // And again', replace: '// And again', tests: limits,
	},
	{
		name: 'the guard is not asked again once the connection stands', file: 'source/clients/send-http.ts',
		find: '\t\tbeforeSend();\n\t\thandler', replace: '\t\thandler', tests: limits,
	},
	{
		name: 'what a screen shows is acted on though it has moved on', file: 'source/intents/change-install.ts',
		find: 'if (version !== undefined && install.version !== version) {', replace: 'if (false) {', tests: ['test/intents/installs.test.ts'],
	},
	{
		name: 'what is dropped is dropped whatever it has become', file: 'source/tui/commands.ts',
		find: '...(!isRunning && {version})', replace: '', tests: ['test/tui/install-keys.test.ts'],
	},
	{
		name: 'u takes back what somebody else has dropped since', file: 'source/tui/perform.ts',
		find: 'intents.undropInstall(effect.id, effect.version)', replace: 'intents.undropInstall(effect.id)', tests: ['test/tui/install-detail.test.tsx'],
	},
	{
		name: 'each new task has an early look of its own', file: 'source/scheduler/watched-cluster.ts',
		find: 'earlyLooksLeft(watched, now) >= 1 ?', replace: 'true ?', tests: ['test/scheduler/watched-cluster.test.ts'],
	},
	{
		name: 'a task that one look missed has vanished', file: 'source/scheduler/watched-cluster.ts',
		find: 'const missesUntilGone = 2;', replace: 'const missesUntilGone = 1;', tests: ['test/scheduler/watched-cluster.test.ts'],
	},
];
