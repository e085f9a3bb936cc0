/** How a flag takes its value: none · the next word or after `=` · only after `=`, or none. */
type Kind = 'switch' | 'value' | 'optional';

type FlagRow = {readonly kind: Kind; readonly usage: string; readonly summary: string; readonly isGlobal?: boolean; readonly short?: string};

const row = <K extends Kind>(kind: K, usage: string, summary: string, more: {readonly isGlobal?: boolean; readonly short?: string} = {}) => ({
	kind, usage, summary, ...more,
});
const global = {isGlobal: true};

/** Every flag there is, by its name in the program. */
export const flagTable = {
	config: row('value', '--config FILE', 'the config (default $CRONSOLE_CONFIG, ~/.config/cronsole/cronsole.yaml, /etc/cronsole/cronsole.yaml)', global),
	database: row('value', '--database PATH', 'the database (default: what the config says)', global),
	json: row('switch', '--json', 'one JSON object instead of text', global),
	readOnly: row('switch', '--read-only', 'look, but change nothing', global),
	as: row('value', '--as NAME', 'who is acting (default $SUDO_USER, $USER)', global),
	wait: row('optional', '--wait[=5m]', 'wait until the operation ends; exit 1 if it failed, needs attention, or the time is over', global),
	yes: row('switch', '--yes', 'do not ask', global),
	help: row('switch', '--help', 'this text; after a verb: its own', {...global, short: 'h'}),
	version: row('switch', '--version', 'the version', global),
	watch: row('switch', '--watch', 'the console, never leading'),
	lead: row('switch', '--lead', 'the console, leading without asking'),
	plain: row('switch', '--plain', 'the console as plain lines'),
	ascii: row('switch', '--ascii', 'the console without line drawing'),
	daemon: row('switch', '--daemon', 'the scheduler without a screen, until SIGTERM; JSON lines; SIGHUP rereads the config'),
	metrics: row('value', '--metrics ADDR:PORT', 'with --daemon: serve /metrics and /healthz there, as 127.0.0.1:9464'),
	intake: row('value', '--intake ADDR:PORT', 'with --daemon: take signed orders of billing systems there, as 127.0.0.1:8444'),
	demo: row('switch', '--demo', 'the console on a simulated cluster'),
	runTask: row('optional', '--run-task=NAME', 'one run of a task now, in this process (also --task=NAME)'),
	task: row('optional', '--task=NAME', 'the same as --run-task'),
	force: row('switch', '--force', 'one run of every task now; with --clear-locks: live locks too'),
	clearLocks: row('optional', '--clear-locks[=NAME]', 'clear stale locks'),
	list: row('switch', '--list', 'the tasks: interval, last run, next run, lock'),
	exitCode: row('switch', '--exit-code', 'exit 0 well, 1 warning, 2 critical'),
	for: row('value', '--for 2h', 'for how long'),
	reason: row('value', '--reason T', 'why'),
	note: row('value', '--note T', 'a note'),
	file: row('value', '--file F|-', 'the order or change, as JSON; - is standard input'),
	plan: row('optional', '--plan[=P]', 'say what would change, and change nothing; of an account: its new plan'),
	allowDataLoss: row('switch', '--allow-data-loss', 'also where data is lost by it'),
	template: row('value', '--template T', 'one of the config\'s templates'),
	reference: row('value', '--reference R', 'the order\'s reference'),
	dryRun: row('switch', '--dry-run', 'say what would be done, and do nothing'),
	name: row('value', '--name N', 'the snapshot\'s name (default: made from the moment)'),
	at: row('value', '--at DAYS', 'when: mon=02:30,thu=04:00; or package: as the package says'),
	off: row('switch', '--off', 'take the mark back; of a schedule: no backups by themselves'),
	noMail: row('switch', '--no-mail', 'send no mail about it'),
	state: row('value', '--state S', 'only those in this state'),
	client: row('value', '--client C', 'only those of this client'),
	cluster: row('value', '--cluster C', 'only those of this cluster'),
	pool: row('value', '--pool P', 'only those of this pool'),
	follow: row('switch', '--follow', 'go on printing what happens'),
	since: row('value', '--since 1h', 'only of this last time'),
	level: row('value', '--level L', 'that level and worse: debug, info, warning, error'),
	month: row('value', '--month 2026-11', 'that month (default: the present one)'),
	html: row('switch', '--html', 'its HTML instead of its text'),
	csv: row('switch', '--csv', 'as a file for spreadsheets'),
	about: row('value', '--about SUBJECT', 'only about this'),
} as const satisfies Readonly<Record<string, FlagRow>>;

export type FlagName = keyof typeof flagTable;

export const flagNames = Object.keys(flagTable) as readonly FlagName[];

/** The flags of one call; absent where they were not given, an optional value that was not given is ''. */
export type Flags = {readonly [Name in FlagName]?: typeof flagTable[Name]['kind'] extends 'switch' ? boolean : string};

/** `--read-only`. */
export const flagText = (name: string): string => `--${name.replaceAll(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`;

/** Rows by how they are spelled. */
export const flagByText: ReadonlyMap<string, FlagName> = new Map(flagNames.map(name => [flagText(name), name]));
