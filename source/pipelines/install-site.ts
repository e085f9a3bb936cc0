import {type Install} from '../domain/install.js';
import {type SiteRow} from './site-step.js';
import {archiveSite} from './site-steps/archive-site.js';
import {createAccount} from './site-steps/create-account.js';
import {makeSite} from './site-steps/make-site.js';
import {removeSite} from './site-steps/remove-site.js';
import {verifyInstalled} from './site-steps/verify-installed.js';
import {welcome} from './site-steps/welcome.js';

/** The steps of a staged install, in order; a first one has nothing to archive or remove. */
const installSite: readonly SiteRow[] = [
	{
		from: 'ordered', to: 'account', doing: 'making the account', step: createAccount, asks: ({accountState}) => accountState === 'none' ? 'create-account' : undefined,
	},
	{
		from: 'account', to: 'installed', doing: 'installing', step: makeSite, isUndone: true, only: 'install',
	},
	{
		from: 'account', to: 'archived', doing: 'archiving the old site', step: archiveSite,
	},
	{
		from: 'archived', to: 'removed', doing: 'removing the old site', step: removeSite,
	},
	{
		from: 'removed', to: 'installed', doing: 'installing', step: makeSite, isUndone: true,
	},
	{
		from: 'installed', to: 'verified', doing: 'looking whether it answers', step: verifyInstalled,
	},
	{
		from: 'verified', to: 'done', doing: 'writing to the client', step: welcome, isInstant: true,
	},
];

/** The step that comes next for it; undefined: it has no more. */
export const nextRow = ({kind, position}: Pick<Install, 'kind' | 'position'>): SiteRow | undefined => installSite.find(({from, only = kind}) => from === position && only === kind);
