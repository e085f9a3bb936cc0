import {type App} from '../../app.js';
import {type Vm, vmName} from '../../domain/vm.js';
import {Refused} from '../../intents/refused.js';
import {type Flags} from '../words/flags.js';
import {type Output} from './io.js';

/** What is confirmed: its name for people, and the word that is typed. */
type Subject = {readonly name: string; readonly word: string; readonly noun: 'hostname' | 'e-mail address'};

/** What destroys something needs `--yes`, or a word typed on a terminal. `what` says it in words: `terminate it`. */
export const confirm = async ({name, word, noun}: Subject, what: string, flags: Flags, output: Output): Promise<void> => {
	if (flags.yes) {
		return;
	}

	if (!output.io.isTerminal || output.isJson) {
		throw new Refused('confirmation', `${name}: not confirmed, nothing was done`, `add --yes to ${what}`);
	}

	const typed = await output.io.ask(`${name}: type its ${noun} to ${what}: `);
	if (typed.trim().toLowerCase() !== word.toLowerCase()) {
		throw new Refused('confirmation', `${name}: that is not its ${noun}, nothing was done`, 'type it as it stands, or add --yes');
	}
};

/** The same for a VM, by its hostname. */
export const confirmForVm = async (app: App, ref: string, what: string, flags: Flags, output: Output): Promise<Vm> => {
	const vm = await app.intents.resolveVm(ref);
	await confirm({name: `${vm.hostname} (${vmName(vm)}, ${vm.reference})`, word: vm.hostname, noun: 'hostname'}, what, flags, output);
	return vm;
};
