import {ClientError} from '../../clients/client-error.js';
import {type Install} from '../../domain/install.js';
import {type SiteRun} from '../site-step.js';

/** Looks whether the site answers with its title and lets its administrator in. Throws `ClientError`. */
export const lookAtSite = async ({install, adminPassword, context}: SiteRun, site: Install['site']): Promise<void> => {
	// A site without a way in is looked at without a password.
	if (site === null || (adminPassword === null && site.adminUrl !== null)) {
		throw new ClientError(`nobody knows any more how to log in: cronsole install reinstall ${install.reference}`, {peer: install.panel, kind: 'rejected'});
	}

	const {settings, verifySite, signal} = context;
	const {application, title, adminUser} = install;
	await verifySite({
		application, url: site.url, title, adminUser, adminPassword: adminPassword ?? '', address: settings.installs.panels[install.panel]?.address ?? null,
	}, signal);
};

/** Whether it is whole already, answering as it was ordered. */
export const isWhole = async (run: SiteRun, site: Install['site']): Promise<boolean> => {
	try {
		await lookAtSite(run, site);
		return true;
	} catch (error) {
		if (error instanceof ClientError && !run.context.signal.aborted) {
			return false;
		}

		throw error;
	}
};
