import {safeText} from '../domain/safe-text.js';
import {findNearest} from '../domain/suggest.js';
import {type Vm, vmName} from '../domain/vm.js';
import {type IntentContext, type Intents} from './intents.js';
import {Refused} from './refused.js';

const candidates = (vms: readonly Vm[]): string => vms.map(vm => `${vmName(vm)} (${vm.reference}, ${vm.hostname}, ${vm.status})`).join(', ');

const chooseOne = (vms: readonly Vm[]): Vm | undefined => {
	const living = vms.filter(({status}) => status !== 'removed');
	if (living.length > 0) {
		return living.length === 1 ? living[0] : undefined;
	}

	// Generations of one reference: whoever asks for it means the last.
	return new Set(vms.map(({reference}) => reference)).size === 1 ? vms.toSorted((a, b) => b.id - a.id)[0] : undefined;
};

/** Finds the one VM that REF means. */
export const resolveVm = ({store}: IntentContext): Intents['resolveVm'] => async ref => {
	const shown = safeText(ref, 100);
	if (/^\d+$/.test(ref)) {
		throw new Refused('ambiguous', `${shown} alone may be our id or a VMID`, `write v${shown} for our id, or CLUSTER/${shown} for a VMID`);
	}

	const found = await store.read.vms.resolve(ref);
	if (found.length === 0) {
		const vms = await store.read.vms.list();
		const nearest = findNearest(ref, vms.flatMap(vm => [vm.reference, vm.hostname]));
		const hint = nearest === undefined ? 'write a reference, a hostname, v101 or CLUSTER/VMID; `cronsole vm list` shows them all' : `did you mean ${nearest}?`;
		throw new Refused('unknown', `there is no VM ${shown}`, hint);
	}

	const vm = chooseOne(found);
	if (!vm) {
		throw new Refused('ambiguous', `${shown} may be ${candidates(found.slice(0, 10))}`, 'write the one that is meant by its id');
	}

	return vm;
};
