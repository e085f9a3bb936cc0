import {done} from '../step.js';
import {type SiteStep} from '../site-step.js';
import {lookForOldSite} from './look-for-old-site.js';

/** Takes the old site's files and database away, once they are archived; the account stays. */
export const removeSite: SiteStep = async run => {
	const outcome = await lookForOldSite(run);
	if (outcome) {
		return outcome;
	}

	await run.panel.ask('remove-install');
	return {...done(), change: {site: null}};
};
