import {operationKinds} from '../domain/operation-kind.js';
import {patience} from './applying.js';
import {rowsOf, type Pipeline, type Step} from './step.js';
import {rebootVm} from './steps/reboot-vm.js';
import {shutDown} from './steps/shut-down.js';
import {startOnDemand} from './steps/start-on-demand.js';
import {createStopVm} from './steps/stop-vm.js';

const oneStep = (kind: 'start' | 'stop' | 'shutdown' | 'reboot', step: Step): Pipeline => ({
	rows: rowsOf(operationKinds[kind].positions, [{title: operationKinds[kind].title, step, stuckAfterMs: patience.short}]),
});

/** On and off, as a person says. */
export const power = {
	start: oneStep('start', startOnDemand),
	/** The guest is asked, then forced. */
	stop: oneStep('stop', createStopVm()),
	/** The guest is only asked. */
	shutdown: oneStep('shutdown', shutDown),
	reboot: oneStep('reboot', rebootVm),
} as const satisfies Readonly<Record<string, Pipeline>>;
