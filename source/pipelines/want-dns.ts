import {type VmAddress} from '../domain/address.js';
import {type Vm} from '../domain/vm.js';
import {wantedRecords} from '../domain/wanted-records.js';
import {type Tables} from '../store/store.js';
import {type StepContext} from './step.js';

/** Writes down which records the VM is to have with these of its addresses; what it had beyond them is given up. */
export const wantDns = async (
	{addresses, dnsRecords}: Pick<Tables, 'addresses' | 'dnsRecords'>,
	vm: Vm,
	{settings, now, isKept = () => true}: Pick<StepContext, 'settings'> & {readonly now: number; readonly isKept?: (address: VmAddress) => boolean},
): Promise<void> => {
	const all = await addresses.listFor(vm.id);
	await dnsRecords.want(vm.id, wantedRecords({...vm, addresses: all.filter(address => isKept(address))}, settings), now);
};
