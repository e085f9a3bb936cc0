import {randomUUID} from 'node:crypto';
import {hostname} from 'node:os';
import {createAlerts, type Alerts} from '../clients/alert.js';
import {type BillingSystem} from '../clients/billing/billing.js';
import {createWhmcs} from '../clients/billing/whmcs.js';
import {type MailServer} from '../clients/mail/mail.js';
import {renderMessage} from '../clients/mail/render.js';
import {createMailServer} from '../clients/mail/smtp.js';
import {type Clock} from '../domain/clock.js';
import {type MailSettings, type Settings, type WhmcsSettings} from '../domain/settings.js';
import {type MessageSenders} from '../pipelines/send-messages.js';

/** What letters and alerts are sent with, as the settings say now. */
export type Messages = {
	readonly senders: () => MessageSenders;
	readonly close: () => Promise<void>;
};

export const createMessages = (settings: () => Settings, clock: Clock): Messages => {
	const alerts: Alerts = createAlerts(() => settings().alerts, {clock});
	let open: {readonly from: MailSettings; readonly server: MailServer} | undefined;
	let openBilling: {readonly from: WhmcsSettings; readonly system: BillingSystem} | undefined;

	const mailServer = (): MailServer | null => {
		const {mail} = settings();
		if (mail === null) {
			return null;
		}

		// After new settings whoever is at it ends with the old one; it holds nothing between letters.
		if (open?.from !== mail) {
			open = {from: mail, server: createMailServer(mail)};
		}

		return open.server;
	};

	const billingSystem = (): BillingSystem | null => {
		const {whmcs} = settings();
		if (whmcs === null) {
			return null;
		}

		if (openBilling?.from !== whmcs) {
			openBilling = {from: whmcs, system: createWhmcs(whmcs, {clock})};
		}

		return openBilling.system;
	};

	return {
		senders: () => ({
			mail: mailServer(), billing: billingSystem(), alerts, render: renderMessage, createMessageId: () => `<${randomUUID()}@${hostname()}>`,
		}),
		async close() {
			await Promise.all([alerts.close(), open?.server.close(), openBilling?.system.close()]);
		},
	};
};
