import {type MessageTemplate} from './template.js';

const opened = {
	id: 17, severity: 'critical', cause: 'fra1 cannot be reached: connection refused', command: 'cronsole check', affects: 3, since: '2026-11-21T17:40:12.000Z',
} as const;

const moment = 'date: "%Y-%m-%d %H:%M %Z"';

export const incidentOpened: MessageTemplate<'incident-opened'> = {
	title: 'To operators: an incident began',
	source: `Subject: [{{ severity }}] {{ cause | truncate: 120 }}

{{ cause }}

Severity:  {{ severity }}
Since:     {{ since | ${moment} }}
{% if affects > 0 -%}
Hangs on it: {{ affects }}
{% endif -%}
{% if command -%}
What helps: {{ command }}
{% endif %}
cronsole ack {{ id }} tells the others that you see to it.
`,
	sample: opened,
};

export const incidentClosed: MessageTemplate<'incident-closed'> = {
	title: 'To operators: an incident is over',
	source: `Subject: [over] {{ cause | truncate: 120 }}

This is over: {{ cause }}

From {{ since | ${moment} }} to {{ closedAt | ${moment} }}.
`,
	sample: {...opened, closedAt: '2026-11-21T18:02:40.000Z'},
};
