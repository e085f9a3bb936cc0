import {type App} from '../../app.js';
import {
	againText,
	isToBeMade,
	makeAccount,
	type Made,
} from '../../app/make-account.js';
import {installName} from '../../domain/install.js';
import {safeText} from '../../domain/safe-text.js';
import {type Settings} from '../../domain/settings.js';
import {listNameObjections} from '../../intents/install-names.js';
import {installOrderSchema} from '../../intents/install-order.js';
import {
	type Field,
	type Form,
	type FormValues,
	type Sent,
} from './form.js';
import {leaderText} from './leader-text.js';
import {orderBody} from './order-body.js';
import {objectionProblems, shapeProblems} from './problems-by-field.js';

const appOf = ({installs: {applications}}: Settings, {application: app = ''}: FormValues) => Object.hasOwn(applications, app) ? applications[app] : undefined;

/** A login name out of a domain: its first label that says something, as the panel takes it. */
const suggestAccount = ({installs: {panels}}: Settings, {domain = '', panel = ''}: FormValues): string => {
	const [label = ''] = domain.trim().toLowerCase().replace(/^www\./, '').split('.', 1);
	const isWhm = Object.hasOwn(panels, panel) && panels[panel]!.kind === 'whm';
	return label.replaceAll(isWhm ? /[^\da-z]/g : /[^\d\-_a-z]/g, '').replace(/^[^a-z]+/, '').slice(0, isWhm ? 16 : 32);
};

const fields: readonly Field[] = [
	{
		name: 'panel', label: 'Panel', hint: ({installs}) => Object.keys(installs.panels).length === 0 ? 'The config has no panels.' : '', isRequired: true, choices: ({installs}) => Object.keys(installs.panels),
	},
	{
		name: 'application', label: 'Application', hint: () => 'What the site is made of.', isRequired: true, choices: ({installs}) => Object.keys(installs.applications),
	},
	{
		name: 'domain', label: 'Domain', hint: () => 'The site\'s own, such as shop.example.org.', isRequired: true,
	},
	{
		name: 'account', label: 'Account', hint: () => 'The hosting account on the panel; it is made at once.', isRequired: true, suggest: suggestAccount,
	},
	{
		name: 'plan', label: 'Plan', hint: () => 'As the panel calls it; empty: the panel\'s default.', isRequired: false,
	},
	{
		name: 'client.email', label: 'Client\'s e-mail', hint: () => 'Where the client is written to.', isRequired: true,
	},
	{
		name: 'client.name', label: 'Client', hint: () => 'The name of the person or company; may be empty.', isRequired: false,
	},
	{
		name: 'title', label: 'Title', hint: (settings, values) => `Of the site; empty: ${appOf(settings, values)?.blogName ?? 'the application\'s own'}.`, isRequired: false, read: text => text,
	},
	{
		name: 'adminUser', label: 'Admin', hint: () => 'The login name of the site\'s administrator; the password is made.', isRequired: true,
	},
	{
		name: 'adminEmail', label: 'Admin\'s e-mail', hint: () => 'Of the site\'s administrator.', isRequired: true, suggest: (_, values) => values['client.email'] ?? '',
	},
	{
		name: 'url', label: 'Front page', hint: () => 'domain: the site\'s own; temporary: under the panel\'s server, until the domain points there.', isRequired: true,
		choices: () => ['domain', 'temporary'], suggest: (settings, values) => appOf(settings, values)?.url ?? '',
	},
	{
		name: 'reference', label: 'Reference', hint: () => 'By which the billing system knows it; the same order under the same reference is no second site.', isRequired: true,
		suggest: (_, {domain = ''}) => domain.trim().toLowerCase(),
	},
];

const tell = async (app: App, {install, why}: Made, created: boolean): Promise<Sent> => {
	const {id, state, account, panel, domain, cause, accountState} = install;
	const name = `${installName(install)} ${domain}`;
	if (isToBeMade(install)) {
		return {level: 'bad', text: `${name} is ordered, but the account ${account} is not made yet: ${safeText(why, 500)}; ${await againText(app, install, Date.now())}`};
	}

	if (state === 'failed') {
		return {level: 'bad', text: `${name} failed: ${safeText(cause ?? '', 500)}; once that is mended: cronsole install retry ${id}`};
	}

	if (state === 'dropped') {
		return {level: 'bad', text: `${name} is dropped; take it back with cronsole install undrop ${id}`};
	}

	const how = created ? 'ordered' : `was ordered before; it is ${state}`;
	const rest = state === 'done' ? '' : await leaderText(app);
	return {level: 'good', text: `${name} ${how}, the account ${account} on ${panel} is ${accountState}${rest}`};
};

/** A staged install: contract.md's order, `install add`, with its hosting account made at once. */
export const installForm: Form = {
	name: 'install',
	title: () => 'Order an install',
	button: 'Order',
	fields,
	start: {},
	check(values, settings) {
		const body = orderBody(fields, values);
		const {data: order} = installOrderSchema.safeParse(body);
		return order ? objectionProblems(listNameObjections(order, settings), fields) : shapeProblems(installOrderSchema, body, fields);
	},
	async send(app, values, {signal, say}) {
		const {install, created} = await app.intents.addInstall(orderBody(fields, values));
		if (isToBeMade(install)) {
			say(`${installName(install)} ${install.domain} is ordered; its account ${install.account} is being made on ${install.panel}`);
		}

		return tell(app, await makeAccount(app, install, signal), created);
	},
};
