import {generatePassword} from '../domain/generate-password.js';
import {type Install, installName} from '../domain/install.js';
import {type Tables} from '../store/store.js';
import {checkInstallNames} from './install-names.js';
import {type IntentContext, type Intents} from './intents.js';
import {Refused} from './refused.js';
import {resolveInstall} from './resolve-install.js';
import {
	alreadySo,
	changed,
	log,
	writeIntent,
} from './write-intent.js';

/** What speaks against a re-install, and what to do about it. */
const objectionTo = ({id, reference, state, accountState, domain, account}: Install): readonly [message: string, hint: string] | undefined => {
	if (accountState === 'terminated') {
		return [`the account ${account} of ${domain} was terminated`, 'order it anew: cronsole install add'];
	}

	if (state === 'dropped') {
		return [`the install of ${domain} is dropped`, `take it back first: cronsole install undrop ${id}`];
	}

	if (state !== 'done' && state !== 'failed') {
		return [`the install of ${domain} is ${state}: there is nothing to make anew yet`, `look at it with \`cronsole install show ${id}\``];
	}

	if (accountState === 'none') {
		return [`the account ${account} of ${domain} was never made`, `try it again: cronsole install retry ${id}`];
	}

	return accountState === 'suspended' ? [`the account ${account} of ${domain} is suspended`, `lift that first: cronsole account unsuspend ${reference}`] : undefined;
};

const insertNext = async ({installs}: Tables, latest: Install, {clock, randomBytes}: IntentContext): Promise<Install> => {
	const {reference, panel, application, domain, account, plan, client, title, adminUser, adminEmail, url, order, accountState, site} = latest;
	return installs.insert({
		reference, panel, application, domain, account, plan, client, title, adminUser, adminEmail, url, order, accountState, site,
		kind: 'reinstall', position: 'account', createdAt: clock.now(), adminPassword: generatePassword(randomBytes),
	});
};

/** Makes a site anew on its account: what is there is archived, then goes. */
export const reinstallSite = (context: IntentContext): Intents['reinstallSite'] => async ref => {
	const {reference} = await resolveInstall(context)(ref);
	return writeIntent(context, async tables => {
		const latest = (await tables.installs.findLatest(reference))!;
		const {kind, state, domain, account, application, panel} = latest;
		if (kind === 'reinstall' && (state === 'pending' || state === 'running')) {
			return alreadySo(`the re-install of ${domain} is ${state} already`, latest);
		}

		const objection = objectionTo(latest);
		if (objection) {
			throw new Refused('not-allowed', ...objection);
		}

		checkInstallNames(latest, context.settings());
		const next = await insertNext(tables, latest, context);
		await log(tables, context, {
			level: 'warning', subject: domain, installId: next.id, message: `re-install ${application} on ${panel}, account ${account}, after ${installName(latest)}`,
		});
		return changed(`${installName(next)}: ${domain} is installed anew: its files and database are archived first, then go; the account ${account} stays`, next);
	});
};
