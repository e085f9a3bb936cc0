import {done, givenUp, skipped} from '../step.js';
import {type SiteOutcome, type SiteRun} from '../site-step.js';

/** Whether a re-install has anything to take away that is ours to take; undefined: it has. A site that no generation of ours recorded is somebody else's. */
export const lookForOldSite = async ({install, panel}: SiteRun): Promise<SiteOutcome | undefined> => {
	if (install.kind === 'install') {
		return skipped('a first install: nothing was there before');
	}

	if (install.site !== null && !panel.isOpen()) {
		return undefined;
	}

	const {site} = await panel.inspect();
	if (site === 'absent') {
		const outcome = install.inFlight?.action === 'remove-install' ? done(undefined, 'it is gone: only the answer was lost') : skipped('there is no site');
		return {...outcome, change: {site: null}};
	}

	return site === 'installed' && install.site === null
		? givenUp(`on ${install.domain} there is a site that was not installed from here: it is left alone`)
		: undefined;
};
