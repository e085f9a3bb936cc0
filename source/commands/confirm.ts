import {type App} from '../app.js';
import {type Vm, vmName} from '../domain/vm.js';
import {Refused} from '../intents/refused.js';
import {type Flags} from './flags.js';
import {type Output} from './io.js';

/** What destroys something needs `--yes`, or the VM's hostname typed on a terminal. `what` says it in words: `terminate it`. */
export const confirmForVm = async (app: App, ref: string, what: string, flags: Flags, output: Output): Promise<Vm> => {
	const vm = await app.intents.resolveVm(ref);
	if (flags.yes) {
		return vm;
	}

	const name = `${vm.hostname} (${vmName(vm)}, ${vm.reference})`;
	if (!output.io.isTerminal || output.isJson) {
		throw new Refused('confirmation', `${name}: not confirmed, nothing was done`, `add --yes to ${what}`);
	}

	const typed = await output.io.ask(`${name}: type its hostname to ${what}: `);
	if (typed.trim().toLowerCase() !== vm.hostname) {
		throw new Refused('confirmation', `${name}: that is not its hostname, nothing was done`, 'type it as it stands, or add --yes');
	}

	return vm;
};
