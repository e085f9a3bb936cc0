import {expect, test} from 'vitest';
import {type Incident} from '../../source/domain/incident.js';
import {operatorMessages} from '../../source/domain/operator-messages.js';
import {type Settings} from '../../source/domain/settings.js';

const incident: Incident = {
	id: 17, key: 'cluster:fra1:unreachable', severity: 'critical', cause: 'fra1 cannot be reached', command: 'cronsole check', since: 0, closedAt: null, affects: 3, acknowledged: null,
};
const mail: Settings['mail'] = {
	smtp: {reveal: () => 'smtp://127.0.0.1:25'}, fingerprints: [], from: 'ops@example.net', templates: null,
};
const alerts: Settings['alerts'] = {
	mail: ['ops@example.net', 'Anna <anna@example.net>'], command: ['/usr/local/bin/pager'], webhook: {reveal: () => 'https://hooks.example.net/s3cret'}, heartbeatUrl: null,
};

test('an incident is told on every way that the config names, once each', () => {
	const messages = operatorMessages(incident, {mail, alerts});
	expect(messages.map(({key, channel, to, template}) => [key, channel, to, template])).toEqual([
		['incident:17:opened:mail:ops@example.net', 'mail', 'ops@example.net', 'incident-opened'],
		['incident:17:opened:mail:Anna <anna@example.net>', 'mail', 'Anna <anna@example.net>', 'incident-opened'],
		['incident:17:opened:command:command', 'command', 'command', 'incident-opened'],
		['incident:17:opened:webhook:webhook', 'webhook', 'webhook', 'incident-opened'],
	]);
	expect(messages[0]!.variables).toEqual({
		id: 17, severity: 'critical', cause: 'fra1 cannot be reached', command: 'cronsole check', affects: 3, since: '1970-01-01T00:00:00.000Z',
	});
	expect(JSON.stringify(messages)).not.toContain('s3cret');
});

test('that it is over is told too, of an acknowledged one as well', () => {
	const acknowledged = {
		by: 'ben', at: 1, note: null, until: null,
	};
	const [message] = operatorMessages({...incident, closedAt: 60_000, acknowledged}, {mail, alerts});
	expect(message).toMatchObject({key: 'incident:17:closed:mail:ops@example.net', template: 'incident-closed', variables: {closedAt: '1970-01-01T00:01:00.000Z'}});
});

test('without a mail server no mail is written that nobody could send', () => {
	expect(operatorMessages(incident, {mail: null, alerts}).map(({channel}) => channel)).toEqual(['command', 'webhook']);
});

test('that the operators\' own messages fail is told by none of them', () => {
	expect(operatorMessages({...incident, key: 'alerts:failed'}, {mail, alerts})).toEqual([]);
	expect(operatorMessages({...incident, key: 'mail:failed'}, {mail, alerts})).toHaveLength(4);
});
