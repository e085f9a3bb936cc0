import {type App} from '../../app.js';
import {type AccountAnswer, type AccountVerb} from '../../domain/hosting-account.js';
import {type Install, installName} from '../../domain/install.js';
import {Refused} from '../../intents/refused.js';
import {answer} from '../print/answer.js';
import {confirm} from '../io/confirm.js';
import {readStart} from '../print/install-starts.js';
import {exitCodes, type Command, type Output} from '../io/io.js';
import {wholeInstallJson} from '../print/json/install-json.js';
import {readInstallRef} from '../words/read-install-ref.js';
import {untilSignal} from '../io/until-signal.js';

/** The install whose account REF means: an account outlives the generations of its site. */
const findInstall = async (app: App, ref: string): Promise<Install> => {
	const {reference} = await app.intents.resolveInstall(readInstallRef(ref));
	return (await app.read.installs.findLatest(reference))!;
};

const sayFailure = ({outcome, message, hint}: AccountAnswer, output: Output): number => {
	if (output.isJson) {
		output.json({error: {code: outcome === 'unknown' ? 'unknown-outcome' : 'failed', message, hint}});
	}

	output.err(message);
	output.err(hint);
	return exitCodes.failed;
};

const ask = async (app: App, install: Install, wish: {readonly verb: AccountVerb; readonly plan: string | null}, output: Output): Promise<number> => {
	const {result, signal} = await untilSignal(output, async signal => app.changeAccount(install, {...wish, signal}));
	const {outcome, message, hint} = result;
	switch (outcome) {
		case 'refused': {
			throw new Refused('not-allowed', message, hint);
		}

		case 'held': {
			throw new Refused('held', message, hint);
		}

		case 'failed':
		case 'unknown': {
			const exitCode = sayFailure(result, output);
			return signal === null ? exitCode : exitCodes[signal];
		}

		case 'done':
		case 'already': {
			const present = (await app.read.installs.find(install.id))!;
			return answer({changed: outcome === 'done', message, subject: present}, output, {install: wholeInstallJson(present, await readStart(app, present))});
		}
	}
};

const verb = (name: AccountVerb): Command => async (app, [ref = ''], _flags, output) => ask(app, await findInstall(app, ref), {verb: name, plan: null}, output);

/** Nobody reaches the account's sites any more. */
export const suspendAccount = verb('suspend');

/** They are reached again. */
export const unsuspendAccount = verb('unsuspend');

/** Ends an account with everything on it. */
export const terminateAccount: Command = async (app, [ref = ''], flags, output) => {
	const install = await findInstall(app, ref);
	await confirm({name: `${install.domain} (${installName(install)}, ${install.reference})`, word: install.domain, noun: 'hostname'}, 'end its account, with everything on it', flags, output);
	return ask(app, install, {verb: 'terminate', plan: null}, output);
};

/** Gives an account another plan. */
export const changePlan: Command = async (app, [ref = '', word], flags, output) => {
	const given = [word, flags.plan].filter(text => text !== undefined && text !== '');
	const plan = given[0]?.trim() ?? '';
	if (given.length !== 1 || plan.length > 100 || !/^\P{Control}+$/u.test(plan)) {
		throw new Refused('invalid', given.length === 0 ? 'the plan is missing' : 'that is not one plan', 'write cronsole account package REF --plan=P, P being the panel\'s name of it');
	}

	return ask(app, await findInstall(app, ref), {verb: 'package', plan}, output);
};
