import {done} from '../step.js';
import {type SiteStep} from '../site-step.js';
import {lookAtSite} from './look-at-site.js';

/** Before it answers, nobody is told that it is there. */
export const verifyInstalled: SiteStep = async run => {
	await lookAtSite(run, run.install.site);
	return done();
};
