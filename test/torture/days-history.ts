import {type Vm} from '../../source/domain/vm.js';
import {type DaysWorld} from './days-world.js';

const iso = (at: number) => new Date(at).toISOString();
const mostLines = 50;
const nearMs = 600_000;

/** What happened to a VM, in short: what was asked, what its steps came to, its tasks, and what was done to the world meanwhile. */
export const historyOf = async ({store, diary, simulatorLog, log}: DaysWorld, vm: Vm): Promise<string> => {
	const operations = await store.read.operations.listFor(vm.id);
	const steps = await store.read.stepLog.list(vm.id);
	const own = [
		...operations.map(({requestedAt, kind, id, state, message, finishedAt}) => `${iso(requestedAt)} asked: o${id} ${kind}: ${state}${finishedAt === null ? '' : ` ${iso(finishedAt)}`} ${message ?? ''}`),
		...steps.map(({startedAt, operationId, to, outcome, reason, attempt}) => `${iso(startedAt)} step: o${operationId} ${to} ${outcome} ${reason ?? ''} (${attempt})`),
		...simulatorLog().filter(({task, vmid}) => task !== undefined && vmid === vm.vmid).map(({at, type, event, exitstatus}) => `${at} task: ${type} ${event} ${exitstatus ?? ''}`),
		...diary.filter(line => line.includes(`${vm.reference}:`) || line.includes(`${vm.reference} `)),
		...log.filter(line => line.vm === `v${vm.id}` && line.level !== 'info').map(({at, process, event, message}) => `${iso(at)} ${process}: ${event} ${message}`),
	].toSorted().slice(-mostLines);
	const moments = own.map(line => Date.parse(line.slice(0, 24)));
	const near = diary.filter(line => /fault|dies|dead|still/.test(line) && moments.some(at => Math.abs(at - Date.parse(line.slice(0, 24))) < nearMs));
	const lines = [...own, ...near].toSorted();
	return lines.map(line => `    ${line}`).join('\n');
};
