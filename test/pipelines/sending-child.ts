// A process that sends what is due, for tests that end it with kill -9 in the middle.
import process from 'node:process';
import {createAlerts} from '../../source/clients/alert.js';
import {renderMessage} from '../../source/clients/mail/render.js';
import {createMailServer} from '../../source/clients/mail/smtp.js';
import {systemClock as clock} from '../../source/domain/clock.js';
import {sendDue} from '../../source/pipelines/send-messages.js';
import {openStore} from '../../source/store/open-store.js';
import {clusterSettings} from '../support/cluster-settings.js';
import {baseSettings} from './settings.js';

const [path = '', port = ''] = process.argv.slice(2);
const mail = {
	smtp: {reveal: () => `smtp://127.0.0.1:${port}`}, fingerprints: [], from: 'ops@example.net', templates: null,
};
const settings = {...baseSettings(clusterSettings({})), mail};
const store = await openStore({path, clock});
const session = await store.sessions.start({
	kind: 'daemon', actor: 'anna', address: null, isReadOnly: false,
});
const {held} = await store.leases.acquire('task:process_vms', session.id, 60_000);
await sendDue({
	store: store.fencedBy(held!), settings, clock, random: () => 1, log: () => undefined, signal: new AbortController().signal, render: renderMessage,
	mail: createMailServer(mail), billing: null, alerts: createAlerts(() => settings.alerts, {clock}), createMessageId: () => '<child@example.net>',
});
