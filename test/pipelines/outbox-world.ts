import {createAlerts} from '../../source/clients/alert.js';
import {renderMessage} from '../../source/clients/mail/render.js';
import {createMailServer} from '../../source/clients/mail/smtp.js';
import {sampleVariables} from '../../source/clients/mail/templates/all-templates.js';
import {type LogLine} from '../../source/domain/log.js';
import {type MessageName} from '../../source/domain/message.js';
import {type Settings} from '../../source/domain/settings.js';
import {sendDue, type SendContext} from '../../source/pipelines/send-messages.js';
import {type OutboxRow, type OutboxWrites} from '../../source/store/outbox.js';
import {type Store} from '../../source/store/store.js';
import {
	makeClock,
	makeStore,
	newVm,
	startSession,
} from '../store/support/temporary-store.js';
import {clusterSettings} from '../support/cluster-settings.js';
import {mailSettings} from '../support/smtp.js';
import {baseSettings} from './settings.js';

type Added = Parameters<OutboxWrites['add']>[0];

/** Writes a message for the outbox, with the template's sample as its variables. */
export const addMessage = async (store: Store, template: MessageName, own: Partial<Added> = {}): Promise<void> => store.write(async ({outbox}) => outbox.add({
	key: `${template}:${Math.random()}`, template, to: 'ada@example.org', variables: sampleVariables(template), vmId: null, installId: null, createdAt: 1_000_000, ...own,
}));

/** A store with a VM, and the sending to a mail server on that port under a lease of its own. */
export const prepareOutbox = async (port: number, {alerts, templates = null}: {readonly alerts?: Partial<Settings['alerts']>; readonly templates?: string | null} = {}) => {
	const clock = makeClock();
	const store = await makeStore();
	const session = await startSession(store);
	const {held} = await store.leases.acquire('leader', session.id, 600_000);
	const base = baseSettings(clusterSettings({}));
	const settings: Settings = {...base, mail: mailSettings(`smtp://127.0.0.1:${port}`, {templates}), alerts: {...base.alerts, ...alerts}};
	const log: LogLine[] = [];
	let count = 0;
	const context: SendContext = {
		store: store.fencedBy(held!), settings, clock, random: () => 1, signal: new AbortController().signal,
		mail: createMailServer(settings.mail!, {timeoutMs: 3000}),
		alerts: createAlerts(() => settings.alerts, {clock, commandTimeoutMs: 1000, httpTimeoutMs: 1000}),
		billing: null,
		render: renderMessage,
		createMessageId: () => `<${++count}@example.net>`,
		log(line) {
			log.push(line);
		},
	};
	const vm = await store.write(async ({vms}) => vms.insert(newVm()));
	return {
		store, clock, settings, context, log, vm,
		go: async (own: Partial<SendContext> = {}) => sendDue({...context, ...own}),
		add: async (template: MessageName, own?: Partial<Added>) => addMessage(store, template, own),
		rows: async (): Promise<readonly OutboxRow[]> => store.read.outbox.list(),
		async row(): Promise<OutboxRow> {
			const rows = await store.read.outbox.list();
			return rows.at(-1)!;
		},
		async told(): Promise<readonly string[]> {
			const rows = await store.read.activity.list({limit: 100});
			return rows.map(({level, subject, message}) => `${level} ${subject}: ${message}`);
		},
	};
};
