import {formatAge} from '../../domain/duration.js';
import {vmName} from '../../domain/vm.js';
import {givenUp, type Step} from '../step.js';
import {createShutDown} from './stop-vm.js';

/** Asks the guest to shut down; what it makes of that is its own affair. */
export const shutDown: Step = createShutDown((vm, {settings: {shutdownTimeoutMs}}) =>
	givenUp(`the guest did not shut down within ${formatAge(shutdownTimeoutMs)}: \`cronsole vm stop ${vmName(vm)}\` forces it`));
