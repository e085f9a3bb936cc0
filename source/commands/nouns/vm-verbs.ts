import {type App} from '../../app.js';
import {formatAge} from '../../domain/duration.js';
import {safeText} from '../../domain/safe-text.js';
import {suspendReasons} from '../../domain/vm.js';
import {type PowerVerb, type VmAnswer} from '../../intents/intents.js';
import {Refused} from '../../intents/refused.js';
import {confirmForVm} from '../io/confirm.js';
import {type Flags} from '../words/flags.js';
import {type Command} from '../io/io.js';
import {answerForVm} from '../print/answer-for-vm.js';

type Ask = (app: App, ref: string, flags: Flags, words: readonly string[]) => Promise<VmAnswer>;

const verb = (ask: Ask): Command => async (app, [ref = '', ...words], flags, output) => answerForVm(app, await ask(app, ref, flags, words), flags, output);

const need = (text: string | undefined, flag: string, hint: string): string => {
	if (text === undefined || text.trim() === '') {
		throw new Refused('invalid', `${flag} is missing`, hint);
	}

	return text;
};

const needReason = ({reason}: Flags): string => need(reason, '--reason', `write --reason with one of ${suspendReasons.join(', ')}`);

const power = (which: PowerVerb): Command => verb(async ({intents}, ref) => intents.powerVm(ref, which));

export const startVm = power('start');
export const stopVm = power('stop');
export const shutdownVm = power('shutdown');
export const rebootVm = power('reboot');

/** A new password through cloud-init. */
export const resetPassword = verb(async ({intents}, ref) => intents.resetPassword(ref));

/** Off for a reason. */
export const suspendVm = verb(async ({intents}, ref, flags) => intents.suspendVm(ref, needReason(flags)));

/** Lifts one reason. */
export const unsuspendVm = verb(async ({intents}, ref, flags) => intents.unsuspendVm(ref, needReason(flags)));

/** Tries again what needs attention. */
export const retryVm = verb(async ({intents}, ref) => intents.retryVm(ref));

/** Takes a termination back, within its grace. */
export const unterminateVm = verb(async ({intents}, ref) => intents.unterminateVm(ref));

/** Ends a VM, after its grace for good. */
export const terminateVm: Command = async (app, [ref = ''], flags, output) => {
	const {graceMs} = app.settings().terminate;
	await confirmForVm(app, ref, `terminate it: its disks are destroyed ${graceMs > 0 ? `in ${formatAge(graceMs)}` : 'at once'}`, flags, output);
	return answerForVm(app, await app.intents.terminateVm(ref), flags, output);
};

/** Makes a VM anew from a template; its data goes. */
export const reinstallVm: Command = async (app, [ref = ''], flags, output) => {
	const template = need(flags.template, '--template', 'write --template NAME, one of the config\'s');
	await confirmForVm(app, ref, `reinstall it from ${safeText(template, 80)}: everything on it is lost`, flags, output);
	return answerForVm(app, await app.intents.reinstallVm(ref, template), flags, output);
};

/** A person says where the VM stands. */
export const resetVm: Command = async (app, [ref = '', status = ''], flags, output) => {
	const reason = need(flags.reason, '--reason', 'write --reason and why: it stands in the activity log');
	await confirmForVm(app, ref, `set its status to ${safeText(status, 60)}`, flags, output);
	return answerForVm(app, await app.intents.resetVm(ref, status, reason), flags, output);
};
