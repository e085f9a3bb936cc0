import {type VmAddress} from './address.js';
import {type Install} from './install.js';
import {type Vm} from './vm.js';

/** What a billing system is told of a service. */
export type ServiceFacts = {
	readonly status: 'Active' | 'Suspended' | 'Terminated';
	/** A VM's name, a site's domain. */
	readonly domain: string;
	/** Of the account in it. */
	readonly user: string;
	/** The one that it is known by comes first. */
	readonly addresses: readonly string[];
};

/** Of a VM; undefined while there is nothing to tell: it is being made, or something is being done to it. */
export const factsOfVm = (vm: Pick<Vm, 'status' | 'suspended' | 'hostname' | 'user'>, addresses: ReadonlyArray<Pick<VmAddress, 'family' | 'address'>>): ServiceFacts | undefined => {
	if (vm.status !== 'ready' && vm.status !== 'removed') {
		return undefined;
	}

	return {
		status: vm.status === 'removed' ? 'Terminated' : (vm.suspended.length > 0 ? 'Suspended' : 'Active'),
		domain: vm.hostname,
		user: vm.user,
		addresses: addresses.toSorted((a, b) => a.family - b.family).map(({address}) => address),
	};
};

/** Of a site's hosting account; undefined until the site is there. */
export const factsOfSite = ({state, accountState, domain, account}: Pick<Install, 'state' | 'accountState' | 'domain' | 'account'>): ServiceFacts | undefined => {
	const about = {domain, user: account, addresses: []};
	switch (accountState) {
		case 'terminated': {
			return {status: 'Terminated', ...about};
		}

		case 'suspended': {
			return {status: 'Suspended', ...about};
		}

		case 'none':
		case 'active': {
			return state === 'done' ? {status: 'Active', ...about} : undefined;
		}
	}
};
