import {type App} from '../../app.js';
import {
	againText,
	isToBeMade,
	makeAccount,
	type Made,
} from '../../app/make-account.js';
import {installName} from '../../domain/install.js';
import {safeText} from '../../domain/safe-text.js';
import {warnWithoutLeader} from '../print/answer.js';
import {readStart, readStarts} from '../print/install-starts.js';
import {exitCodes, type Command, type Output} from '../io/io.js';
import {wholeInstallJson} from '../print/json/install-json.js';
import {readInput} from '../io/read-input.js';
import {readJson} from '../words/read-json.js';
import {untilSignal} from '../io/until-signal.js';
import {waitForInstall} from '../io/wait-for-install.js';

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

	const starts = await readStarts(app);
	const at = starts.at(install);
	const how = created ? 'ordered' : `was ordered before; it is ${state}`;
	const when = at !== null && at <= output.now() ? 'is due' : starts.text(install);
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
		output.json({install: wholeInstallJson(install, await readStart(app, install)), created});
	}

	return exitCode;
};
