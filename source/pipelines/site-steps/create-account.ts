import {done, skipped} from '../step.js';
import {type SiteStep} from '../site-step.js';

const isThere = {accountState: 'active'} as const;

/** Makes the hosting account. */
export const createAccount: SiteStep = async ({install, panel}) => {
	if (install.accountState !== 'none') {
		return skipped('there is an account already');
	}

	if (panel.isOpen()) {
		const {account} = await panel.inspect();
		if (account) {
			return {...done(undefined, 'it is there: only the answer was lost'), change: isThere};
		}
	}

	const {changed} = await panel.ask('create-account');
	return {...done(undefined, changed.length === 0 ? 'it was there already' : undefined), change: isThere};
};
