import {done} from '../step.js';
import {type SiteStep} from '../site-step.js';
import {lookForOldSite} from './look-for-old-site.js';

/** Keeps an archive of the old site's files and database, which the panel holds for seven days. */
export const archiveSite: SiteStep = async run => {
	const outcome = await lookForOldSite(run);
	if (outcome) {
		return outcome;
	}

	await run.panel.ask('archive');
	return done();
};
