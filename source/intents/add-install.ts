import {generatePassword} from '../domain/generate-password.js';
import {type Install, installName, ownsNames} from '../domain/install.js';
import {safeText} from '../domain/safe-text.js';
import {type Tables} from '../store/store.js';
import {checkInstallNames, refuseTakenNames} from './install-names.js';
import {type InstallOrder, installOrderSchema} from './install-order.js';
import {type IntentContext, type Intents} from './intents.js';
import {compareBodies} from './read-order.js';
import {readShape} from './read-shape.js';
import {Refused} from './refused.js';
import {log} from './write-intent.js';

type Added = {readonly install: Install; readonly created: boolean};

/** The same order again: the install that it made. */
const findAgain = async ({installs}: Tables, {reference}: InstallOrder, body: unknown): Promise<Added | undefined> => {
	const install = await installs.findLatest(reference);
	if (!install || install.accountState === 'terminated') {
		return undefined;
	}

	const differences = compareBodies(installOrderSchema, install.order, body);
	if (differences.length === 0) {
		return {install, created: false};
	}

	if (!ownsNames(install)) {
		return undefined;
	}

	const message = `the reference ${reference} belongs to ${installName(install)} ${install.domain}, which was ordered differently: ${differences.join('; ')}`;
	const isOpen = install.accountState === 'none' && install.state !== 'dropped';
	throw new Refused('conflict', safeText(message, 2000), `send the order as it was, or ${isOpen ? `drop that install first: cronsole install drop ${install.id}` : 'use another reference'}`);
};

const insert = async (tables: Tables, order: InstallOrder, body: unknown, context: IntentContext): Promise<Added> => {
	const {reference, panel, application, domain, account, plan, client, title, adminUser, adminEmail, url} = order;
	const settings = context.settings();
	checkInstallNames(order, settings);
	await refuseTakenNames(tables, order);
	const {blogName, url: ownUrl} = settings.installs.applications[application]!;
	const install = await tables.installs.insert({
		reference, panel, application, domain, account, plan, client, adminUser, adminEmail, title: title === '' ? blogName : title, url: url ?? ownUrl,
		order: body, createdAt: context.clock.now(), adminPassword: generatePassword(context.randomBytes),
	});
	await log(tables, context, {subject: domain, installId: install.id, message: `ordered: ${application} on ${panel}, account ${account}, reference ${reference}`});
	return {install, created: true};
};

/** Orders a staged install; the same reference and body again answers with what is there. It does not ring: whoever orders makes the account itself, at once. */
export const addInstall = (context: IntentContext): Intents['addInstall'] => async body => {
	const order = readShape(installOrderSchema, body, 'the order', 'mend the order and send it again; nothing was ordered');
	return context.store.write(async tables => await findAgain(tables, order, body) ?? insert(tables, order, body, context));
};
