import {setTimeout as sleep} from 'node:timers/promises';
import {type App} from '../app.js';
import {formatAge} from '../domain/duration.js';
import {type Install, installName} from '../domain/install.js';
import {safeText} from '../domain/safe-text.js';
import {warnWithoutLeader} from './answer.js';
import {readStarts} from './install.js';
import {exitCodes, type Command, type Output} from './io.js';
import {startText, wholeInstallJson} from './json/install-json.js';
import {readInput} from './read-input.js';
import {readJson} from './read-json.js';
import {untilSignal} from './until-signal.js';
import {waitForInstall} from './wait-for-install.js';

/** How the making of an account ended; `why` where it was not made. */
type Made = {readonly install: Install; readonly why: string};

const lookMs = 200;
const tries = 5;

const isToBeMade = ({position, state}: Install): boolean => position === 'ordered' && (state === 'pending' || state === 'running');

/** Makes the hosting account at once; where somebody else is at it, waits for that. */
const makeAccount = async (app: App, ordered: Install, signal: AbortSignal): Promise<Made> => {
	let made: Made = {install: ordered, why: ''};
	const mostMs = app.settings().installs.panels[ordered.panel]?.timeoutMs ?? 0;
	const end = performance.now() + mostMs;
	for (let go = 0; isToBeMade(made.install); go++) {
		const {outcome, line} = await app.moveInstall(made.install, {until: 'account', signal});
		const install = (await app.read.installs.find(ordered.id))!;
		made = {install, why: outcome === 'waiting' ? install.cause ?? line : line};
		const isLast = install.state !== 'running' && go >= tries;
		if (outcome !== 'busy' || isLast || signal.aborted || performance.now() > end) {
			break;
		}

		await sleep(lookMs);
	}

	return made;
};

/** When it is tried again, and by whom. */
const againText = async (app: App, {nextAttemptAt}: Install, now: number): Promise<string> => {
	const {leader, hold} = await app.overview({vms: 0, installs: 0, activity: 0});
	if (hold) {
		return 'it is tried again once the hold has ended';
	}

	const later = nextAttemptAt !== null && nextAttemptAt > now ? ` in ${formatAge(nextAttemptAt - now)}` : '';
	return leader ? `it is tried again${later}` : `it is tried again${later} once somebody leads, or with \`cronsole --run-task=process_installs\``;
};

/** One line for people about how it stands. */
const sayHowItStands = async (app: App, {install, why}: Made, created: boolean, output: Output): Promise<void> => {
	const {id, state, account, panel, domain, cause, accountState} = install;
	if (isToBeMade(install)) {
		output.err(`warning: the account ${account} is not made yet: ${safeText(why, 500)}; ${await againText(app, install, output.now())}`);
	} else if (state === 'failed') {
		output.err(`${created ? '' : 'warning: '}${installName(install)} ${domain} failed: ${safeText(cause ?? '', 500)}; once that is mended: cronsole install retry ${id}`);
	} else if (state === 'dropped') {
		output.err(`warning: ${installName(install)} ${domain} is dropped; take it back with \`cronsole install undrop ${id}\``);
	} else if (state !== 'done') {
		await warnWithoutLeader(app, output, 'process_installs');
	}

	if (output.isJson) {
		return;
	}

	const startsOf = await readStarts(app);
	const starts = startsOf(install);
	const how = created ? 'ordered' : `was ordered before; it is ${state}`;
	const when = starts === null || starts <= output.now() ? 'is due' : startText(starts, output.now());
	const site = state === 'pending' && accountState !== 'none' ? `; its site ${when}, until then \`cronsole install drop ${id}\`` : '';
	output.out(`${installName(install)} ${domain} ${how}${accountState === 'none' ? '' : `, the account ${account} on ${panel} is ${accountState}`}${site}`);
};

/** Orders a staged install and makes its hosting account. */
export const addInstall: Command = async (app, _words, flags, output) => {
	const hint = 'an order is one JSON object with reference, panel, application, domain, account, client, title, adminUser and adminEmail';
	const order = readJson(await readInput(flags.file, {what: 'order', name: 'ORDER.json'}, output), hint);
	const {install: ordered, created} = await app.intents.addInstall(order);
	const {result: made, signal} = await untilSignal(output, async signal => makeAccount(app, ordered, signal));
	await sayHowItStands(app, made, created, output);
	// What failed before was told to whoever ordered it then: the same order again is no failure.
	const hasFailed = made.install.state === 'failed' && ordered.state !== 'failed';
	const isOver = hasFailed || signal !== null || made.install.state === 'dropped';
	const {install, exitCode} = isOver ? {install: made.install, exitCode: signal === null ? Number(hasFailed) : exitCodes[signal]} : await waitForInstall(app, {install: made.install, wanted: 'done'}, flags, output);
	if (output.isJson) {
		output.json({install: wholeInstallJson(install, (await readStarts(app))(install)), created});
	}

	return exitCode;
};
