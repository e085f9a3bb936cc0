import {type BillingSystem} from '../clients/billing/billing.js';
import {type Settings} from '../domain/settings.js';
import {ok, type Report, sayLine} from './check-line.js';

type BillingCheckDeps = {
	readonly settings: Pick<Settings, 'whmcs'>;
	/** Null: the config has none. */
	readonly openBilling: () => Promise<Pick<BillingSystem, 'check'> | null>;
	readonly report: Report;
};

/** The billing system of the config: connects, shows who we are and what we may, and changes nothing. */
export const checkBilling = async ({settings: {whmcs}, openBilling, report}: BillingCheckDeps): Promise<void> => {
	if (whmcs === null) {
		return;
	}

	await sayLine('whmcs', report, async () => {
		const billing = await openBilling();
		await billing?.check();
		return ok(whmcs.url);
	});
};
