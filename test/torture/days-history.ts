import {type Vm} from '../../source/domain/vm.js';
import {type DaysWorld} from './days-world.js';

const iso = (at: number) => new Date(at).toISOString();
const mostLines = 60;

/** What happened to a VM, in short: what was asked, what its steps came to, its tasks, and what was done to the world meanwhile. */
export const historyOf = async ({store, diary, simulatorLog, log}: DaysWorld, vm: Vm): Promise<string> => {
	const operations = await store.read.operations.listFor(vm.id);
	const steps = await store.read.stepLog.list(vm.id);
	const lines = [
		...operations.map(({requestedAt, kind, id, state, message, finishedAt}) => `${iso(requestedAt)} asked: o${id} ${kind}: ${state}${finishedAt === null ? '' : ` ${iso(finishedAt)}`} ${message ?? ''}`),
		...steps.map(({startedAt, operationId, to, outcome, reason, attempt}) => `${iso(startedAt)} step: o${operationId} ${to} ${outcome} ${reason ?? ''} (${attempt})`),
		...simulatorLog().filter(({task, vmid}) => task !== undefined && vmid === vm.vmid).map(({at, type, event, exitstatus}) => `${at} task: ${type} ${event} ${exitstatus ?? ''}`),
		...diary.filter(line => /fault|dies|dead|still/.test(line) || line.includes(`${vm.reference}:`) || line.includes(`${vm.reference} `)),
		...log.filter(line => line.vm === `v${vm.id}` && line.level !== 'info').map(({at, process, event, message}) => `${iso(at)} ${process}: ${event} ${message}`),
	].toSorted();
	return lines.slice(-mostLines).map(line => `    ${line}`).join('\n');
};
