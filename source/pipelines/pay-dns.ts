import {ClientError} from '../clients/client-error.js';
import {type Vm} from '../domain/vm.js';
import {getClusterSettings} from './cluster-settings.js';
import {payRecords} from './pay-records.js';
import {type Paid} from './settle-record.js';
import {type StepContext} from './step.js';

const count = (all: readonly unknown[], what: string): readonly string[] => all.length === 0 ? [] : [`${all.length} record${all.length === 1 ? '' : 's'} ${what}`];

const describe = (paid: readonly Paid[], {known, debts}: {readonly known: number; readonly debts: number}): string | undefined => {
	const done = paid.filter(({state}) => state === 'done').length;
	if (done < debts) {
		return `${debts - done} of ${known} owed: ${paid.find(({state}) => state !== 'done')?.line ?? 'not tried yet'}`;
	}

	const written = paid.filter(({isWritten}) => isWritten);
	const news = [
		...count(written.filter(({record}) => record.values.length > 0), 'written'),
		...count(written.filter(({record}) => record.values.length === 0), 'taken away'),
	];
	return news.length > 0 ? news.join(', ') : undefined;
};

/**
 Tries what is owed of the VM's records, and says what came of it; undefined: nothing had to be done. It never fails for what is wrong with a name
 server: that stays a debt. On a cluster that is only observed the first change that would be sent is thrown instead.
 */
export const payDns = async (vm: Vm, context: StepContext): Promise<string | undefined> => {
	const records = await context.store.read.dnsRecords.listFor(vm.id);
	const {observe, name} = getClusterSettings(context.settings, vm);
	const debts = records.filter(({state}) => state !== 'done');
	const paid = await payRecords(debts, {
		...context,
		announce(change) {
			if (observe) {
				throw new ClientError(`would send: ${change}`, {peer: name, kind: 'observed'});
			}
		},
	});
	return describe(paid, {known: records.length, debts: debts.length});
};
