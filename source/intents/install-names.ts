import {type Install, installName, ownsNames} from '../domain/install.js';
import {type Settings} from '../domain/settings.js';
import {type Tables} from '../store/store.js';
import {refuseFor, unknownName, type Objection} from './check-order.js';
import {Refused} from './refused.js';

const whmName = /^[a-z][\da-z]{0,15}$/;

type Named = Pick<Install, 'panel' | 'application' | 'account'>;

/** All that the config has against the names in an order: no such panel or application, or the panel takes no account of that name. */
export const listNameObjections = ({panel, application, account}: Named, {installs: {panels, applications}}: Settings): readonly Objection[] => [
	...Object.hasOwn(panels, panel) ? [] : [unknownName('panel', panel, Object.keys(panels))],
	...Object.hasOwn(applications, application) ? [] : [unknownName('application', application, Object.keys(applications))],
	...Object.hasOwn(panels, panel) && panels[panel]!.kind === 'whm' && !whmName.test(account)
		? [{code: 'invalid' as const, message: `account: ${account} is no name for a cPanel account`, hint: 'choose one of at most 16 small letters and digits, a letter first'}]
		: [],
];

/** Refuses where the config has something against the names in an order. */
export const checkInstallNames = (order: Named, settings: Settings): void => {
	const objections = listNameObjections(order, settings);
	if (objections.length > 0) {
		refuseFor(objections);
	}
};

/** Refuses an account or domain that belongs to another order's install on the same panel. */
export const refuseTakenNames = async ({installs}: Tables, {reference, panel, account, domain}: Pick<Install, 'reference' | 'panel' | 'account' | 'domain'>): Promise<void> => {
	const sharing = await installs.listSharing({panel, account, domain});
	const other = sharing.find(install => install.reference !== reference && ownsNames(install));
	if (!other) {
		return;
	}

	const taken = other.account === account ? `account: ${account}` : `domain: ${domain}`;
	const remedy = other.accountState === 'none' ? `drop that install first: cronsole install drop ${other.id}` : `end its account first: cronsole account terminate ${other.reference}`;
	throw new Refused('conflict', `${taken} on ${panel} belongs to ${installName(other)} (reference ${other.reference})`, `choose another, or ${remedy}`);
};

/** Refuses to go on with a generation that a later one has followed. */
export const refuseOldGeneration = async ({installs}: Tables, {id, reference, generation}: Install): Promise<void> => {
	const latest = await installs.findLatest(reference);
	if (latest && latest.generation > generation) {
		throw new Refused('not-allowed', `${installName({id})} is over: ${installName(latest)} came after it`, `look at that one: cronsole install show ${latest.id}`);
	}
};
