import {type Level, scheduler} from '../domain/activity.js';
import {safeText} from '../domain/safe-text.js';
import {type OutboxResult, type OutboxRow} from '../store/outbox.js';
import {type Tables} from '../store/store.js';

/** A password that was told is nobody's business here any more. What the VM or install got meanwhile instead was not told, and stays. */
const eraseTold = async ({vmId, installId, variables}: OutboxRow, {vms, installs}: Tables, now: number): Promise<void> => {
	const wasTold = (password: string | null | undefined): boolean => typeof password === 'string' && Object.values(variables).includes(password);
	const vm = vmId === null ? undefined : await vms.find(vmId);
	if (vm && wasTold(vm.password)) {
		await vms.set(vm.id, {password: null});
	}

	const install = installId === null ? undefined : await installs.find(installId);
	if (install && wasTold(await installs.passwordOf(install.id))) {
		await installs.change(install, {adminPassword: null}, now);
	}
};

/** To whom is not said: activity outlives a client who is to be forgotten. */
export const addActivity = async (row: OutboxRow, {level, message}: {readonly level: Level; readonly message: string}, {activity, vms, installs}: Tables, at: number): Promise<void> => {
	// What went wrong with telling the billing system is not to be told to it in turn, again and again.
	const {vmId, installId} = row.channel === 'whmcs' ? {vmId: null, installId: null} : row;
	const vm = vmId === null ? undefined : await vms.find(vmId);
	const install = installId === null ? undefined : await installs.find(installId);
	const subject = vm?.hostname ?? install?.domain ?? (row.channel === 'whmcs' ? `WHMCS, ${row.to}` : 'mail');
	await activity.add({
		at, level, actor: scheduler, subject, message, ...(vmId !== null && {vmId}), ...(installId !== null && {installId}),
	});
};

/** What a message is called in sentences: `the mail vm-ready (12)`. */
export const titleOf = ({channel, template, id}: OutboxRow): string => {
	switch (channel) {
		case 'mail': {
			return `the mail ${template} (${id})`;
		}

		case 'whmcs': {
			return `${template} (${id}) for WHMCS`;
		}

		case 'command':
		case 'webhook': {
			return `${template} (${id}) for the operators' ${channel}`;
		}
	}
};

const accountOf = (row: OutboxRow, result: OutboxResult): {readonly level: Level; readonly message: string} | undefined => {
	if (result.state === 'sent') {
		return {level: row.channel === 'whmcs' || (row.vmId === null && row.installId === null) ? 'debug' : 'info', message: `${titleOf(row)} was sent`};
	}

	if (result.state === 'unknown') {
		return {level: 'warning', message: safeText(`it is not known whether ${titleOf(row)} was sent: ${result.error}`)};
	}

	return result.state === 'failed' ? {level: 'error', message: safeText(`${titleOf(row)} was not sent: ${result.error}`)} : undefined;
};

/** Writes what came of a try, with what follows from it; of a message that is not `sending` any more nothing. */
export const settleMessage = async (row: OutboxRow, result: OutboxResult, tables: Tables, now: number): Promise<void> => {
	const found = await tables.outbox.find(row.id);
	if (found?.state !== 'sending') {
		return;
	}

	await tables.outbox.settle(row.id, result, now);
	if (result.state === 'sent') {
		await eraseTold(row, tables, now);
	}

	const account = accountOf(row, result);
	if (account) {
		await addActivity(row, account, tables, now);
	}
};
