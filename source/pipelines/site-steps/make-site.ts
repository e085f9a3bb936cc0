import {type Install} from '../../domain/install.js';
import {type PanelAnswer} from '../../domain/panel.js';
import {safeText} from '../../domain/safe-text.js';
import {siteUrl} from '../../domain/site-url.js';
import {type InstallChange} from '../../store/installs.js';
import {done, givenUp} from '../step.js';
import {type SiteRun, type SiteStep} from '../site-step.js';
import {isWhole} from './look-at-site.js';

/** Once this job has begun to install, what is there is its own. `installed` is what it found and left alone. */
const hasBegun = ({foundBefore}: Install): boolean => foundBefore !== null && foundBefore !== 'installed';

const isPlain = (text: string | null | undefined, max: number): text is string => Boolean(text) && text!.length <= max && safeText(text!, max) === text;
const isUrl = (text: string | null | undefined): text is string => isPlain(text, 2000) && /^https?:\/\//i.test(text) && URL.canParse(text);

const adminUrlOf = ({application}: Install, url: string): string | null => application === 'wordpress' ? `${url}${url.endsWith('/') ? '' : '/'}wp-admin/` : null;

/** What the panel says of the site that it installed; what it leaves out is as it was ordered. Where it says that there is no way in, a password is of no use to anybody, and erased. */
const whatIsThere = ({install, context: {settings}}: SiteRun, said: PanelAnswer['site']): InstallChange & Required<Pick<InstallChange, 'site'>> => {
	const url = isUrl(said?.url) ? said.url : siteUrl(install, settings.installs.panels[install.panel]);
	const adminUrl = isUrl(said?.adminUrl) ? said.adminUrl : adminUrlOf(install, url);
	const hasLogin = said === null || adminUrl !== null || Boolean(said?.adminUser) || Boolean(said?.adminPassword);
	return {
		site: {url, adminUrl},
		...(isPlain(said?.adminUser, 200) && {adminUser: said.adminUser}),
		...(typeof said?.adminPassword === 'string' && said.adminPassword !== '' && {adminPassword: said.adminPassword}),
		...(!hasLogin && {adminPassword: null}),
	};
};

/** Installs the application; a site that somebody else made is never overwritten. */
export const makeSite: SiteStep = async run => {
	const {install, panel} = run;
	const isFirst = !hasBegun(install);
	let found = install.foundBefore;
	if (isFirst || panel.isOpen()) {
		const {site, details} = await panel.inspect();
		if (isFirst && site === 'installed') {
			return {
				...givenUp(`there is a site already on ${install.domain} that was not installed from here: it is left alone; once it is gone, cronsole install retry ${install.id}`),
				change: {foundBefore: site},
			};
		}

		const there = whatIsThere(run, details);
		if (!isFirst && site === 'installed' && install.inFlight?.action === 'install' && await isWhole(run, there.site)) {
			return {...done(undefined, 'it is there: only the answer was lost'), change: there};
		}

		found = isFirst ? site : found;
	}

	const {changed, site} = await panel.ask('install', {foundBefore: found});
	return {...done(undefined, changed.length === 0 ? 'it was there already' : undefined), change: whatIsThere(run, site)};
};
