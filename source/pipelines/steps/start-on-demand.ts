import {vmName, type Vm} from '../../domain/vm.js';
import {givenUp, type GivenUp, type Step} from '../step.js';
import {createStartVm} from './start-vm.js';

/** What a person hears who wants a suspended VM to run. */
export const refuseSuspended = (vm: Vm): GivenUp => {
	const lifting = vm.suspended.map(reason => `\`cronsole vm unsuspend ${vmName(vm)} --reason ${reason}\``).join(' and ');
	return givenUp(`${vm.hostname} is suspended (${vm.suspended.join(', ')}): it runs again after ${lifting}`);
};

/** Starts the VM because a person says so; a suspension, one that came after they did too, forbids it. */
export const startOnDemand: Step = createStartVm(refuseSuspended);
