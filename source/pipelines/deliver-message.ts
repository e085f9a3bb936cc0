import {ClientError} from '../clients/client-error.js';
import {type ServiceFacts} from '../domain/billing.js';
import {isMessageName} from '../domain/message.js';
import {type OutboxRow} from '../store/outbox.js';
import {readFacts} from './billed-facts.js';
import {type SendContext} from './send-messages.js';

/** What the outbox holds for a billing system. `facts`: as they were when it was written down; those of now are what is told. */
export type BillingVariables = {
	readonly 'update-service': {readonly serviceId: number; readonly facts: ServiceFacts};
	readonly 'log-activity': {readonly text: string; readonly clientId: number | null};
};

const missing = (section: 'mail' | 'whmcs'): ClientError => new ClientError(`there is no \`${section}\` in the config any more`, {peer: section, kind: 'transient', scope: 'cluster'});

const tellBilling = async (row: OutboxRow, {billing, store}: SendContext): Promise<void> => {
	if (billing === null) {
		throw missing('whmcs');
	}

	if (row.template === 'log-activity') {
		const {text, clientId} = row.variables as BillingVariables['log-activity'];
		await billing.log(text, clientId);
		return;
	}

	const {serviceId, facts} = row.variables as BillingVariables['update-service'];
	// What waited for long may not be so any more, and the newest must not be written over.
	await billing.updateService(serviceId, await readFacts(row, store.read) ?? facts);
};

/** Whether the billing system sent it, by a template of its own. */
const isSentByBilling = async (row: OutboxRow, {billing, settings, store: {read}}: SendContext): Promise<boolean> => {
	const template = isMessageName(row.template) ? settings.whmcs?.emails[row.template] : undefined;
	if (billing === null || template === undefined) {
		return false;
	}

	const install = row.installId === null ? undefined : await read.installs.find(row.installId);
	const billed = row.vmId === null ? install && await read.intake.findBilledSite(install) : await read.intake.findBilledVm(row.vmId);
	if (!billed) {
		return false;
	}

	await billing.sendEmail(billed.service.id, {template, variables: row.variables});
	return true;
};

const renderIt = async ({template, variables}: OutboxRow, {render, settings}: SendContext) => {
	try {
		return await render(template, variables, {folder: settings.mail?.templates ?? null, timezone: settings.timezone});
	} catch (error) {
		throw new ClientError(error instanceof Error ? error.message : String(error), {peer: template, kind: 'transient'});
	}
};

/** One message, on its way. Throws `ClientError`. */
export const deliverMessage = async (row: OutboxRow, messageId: string, context: SendContext): Promise<void> => {
	const {mail, alerts} = context;
	if (row.channel === 'whmcs') {
		await tellBilling(row, context);
		return;
	}

	if (row.channel === 'mail' && await isSentByBilling(row, context)) {
		return;
	}

	const {subject, text, html} = await renderIt(row, context);
	if (row.channel !== 'mail') {
		const message = {
			...row.variables, template: row.template, subject, text, messageId,
		};
		await (row.channel === 'command' ? alerts.runCommand(message) : alerts.postWebhook(message));
		return;
	}

	if (mail === null) {
		throw missing('mail');
	}

	await mail.send({
		to: row.to, subject, text, html, messageId,
	});
};
