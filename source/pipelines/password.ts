import {operationKinds} from '../domain/operation-kind.js';
import {patience} from './applying.js';
import {rowsOf, type Pipeline} from './step.js';
import {choosePassword} from './steps/choose-password.js';
import {rebootToApply} from './steps/reboot-to-apply.js';
import {createVerifyRunning} from './steps/verify-running.js';
import {writePassword} from './steps/write-password.js';

/** Gives the VM's user a new password, by way of cloud-init and a mail. */
export const password: Pipeline = {
	rows: rowsOf(operationKinds.password.positions, [
		{title: 'choose', step: choosePassword, stuckAfterMs: patience.short},
		{title: 'cloud-init', step: writePassword, stuckAfterMs: patience.short},
		{title: 'reboot', step: rebootToApply, stuckAfterMs: patience.short},
		{title: 'verify running, mail', step: createVerifyRunning({mail: 'password-reset'}), stuckAfterMs: patience.brief},
	]),
};
