import {type Install} from '../../domain/install.js';
import {isWritten} from '../../domain/is-written.js';
import {type MessageVariables} from '../../domain/message.js';
import {type Settings} from '../../domain/settings.js';
import {done, skipped} from '../step.js';
import {type SiteRun, type SiteStep} from '../site-step.js';

/** Why nobody is written to; undefined: the client is. */
const reasonAgainst = (settings: Settings, {application}: Install): string | undefined => {
	if (!isWritten(settings, 'site-welcome')) {
		return 'no mail configured';
	}

	return settings.installs.applications[application]?.welcomeEmail === false ? `${application} sends no welcome mail` : undefined;
};

const variablesOf = ({install, adminPassword, context}: SiteRun): MessageVariables['site-welcome'] => {
	const {reference, client, domain, title, application, adminUser, site} = install;
	const {installs} = context.settings;
	const hasLink = installs.applications[application]?.controlPanelLogin ?? true;
	return {
		reference, client: client.name, domain, title, application, url: site!.url, adminUrl: site!.adminUrl, adminUser, password: adminPassword,
		controlPanelUrl: hasLink ? installs.panels[install.panel]?.controlPanelUrl ?? null : null,
	};
};

/** Writes to the client, in the transaction that says that the install is done; the password lives until the letter is sent, or goes now. */
export const welcome: SiteStep = async run => {
	const {install: {id, client}, context: {settings, clock}} = run;
	const against = reasonAgainst(settings, run.install);
	return against === undefined
		? done(async ({outbox}) => outbox.add({
			key: `site-welcome:${id}`, template: 'site-welcome', to: client.email, variables: variablesOf(run), vmId: null, installId: id, createdAt: clock.now(),
		}))
		: {...skipped(against), change: {adminPassword: null}};
};
