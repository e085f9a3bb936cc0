import {type MessageVariables} from '../../../domain/message.js';
import {hello, type MessageTemplate} from './template.js';

const order = {
	reference: 'whmcs-5546', hostname: 'web1.example.net', client: 'Ada Lovelace', package: 'kvm-s',
};

const running: MessageVariables['backup-restored'] = {
	...order,
	user: 'root',
	addresses: [
		{
			family: 4, address: '203.0.113.10', prefix: 24, gateway: '203.0.113.1',
		},
		{
			family: 6, address: '2001:db8::10', prefix: 64, gateway: '2001:db8::1',
		},
	],
};

const addresses = `{% for item in addresses -%}
IPv{{ item.family }}:     {{ item.address }}/{{ item.prefix }}, gateway {{ item.gateway }}
{% endfor -%}`;

export const welcome: MessageTemplate<'welcome'> = {
	title: 'An order for a VM was taken',
	source: `Subject: Your order {{ reference }}: {{ hostname }}

${hello}

thank you for your order {{ reference }}. Your server is being set up:

Hostname: {{ hostname }}
Package:  {{ package }}

Its addresses and how to log in follow in another message as soon as it runs, usually within minutes.
`,
	sample: order,
};

export const vmReady: MessageTemplate<'vm-ready'> = {
	title: 'A VM is ready',
	source: `Subject: Your server {{ hostname }} is ready

${hello}

your server is ready.

Hostname: {{ hostname }}
Package:  {{ package }}
${addresses}
User:     {{ user }}
{% if password -%}
Password: {{ password }}

Please change the password when you log in for the first time.
{% else -%}
Log in with your SSH key.
{% endif %}
Your order: {{ reference }}
`,
	sample: {...running, password: 'correct-horse-battery'},
};

export const passwordReset: MessageTemplate<'password-reset'> = {
	title: 'A VM got a new password',
	source: `Subject: New password for {{ hostname }}

${hello}

the password of your server {{ hostname }} was reset.

User:     {{ user }}
{% if password -%}
Password: {{ password }}
{% endif %}
Please change it when you log in. If nobody on your side asked for this, tell us at once.
`,
	sample: {...running, password: 'correct-horse-battery'},
};

export const backupRestored: MessageTemplate<'backup-restored'> = {
	title: 'A backup was restored',
	source: `Subject: {{ hostname }}: your backup was restored

${hello}

the backup of your server {{ hostname }} was restored. Everything on it is as it was when the backup was made, logins and passwords too.

${addresses}
Your order: {{ reference }}
`,
	sample: running,
};

export const upgradeFinished: MessageTemplate<'upgrade-finished'> = {
	title: 'A change of package is finished',
	source: `Subject: {{ hostname }} was changed to {{ package }}

${hello}

your server {{ hostname }} now has the package {{ package }}.

${addresses}
If a disk was made larger, the file system on it may still have to be grown.

Your order: {{ reference }}
`,
	sample: running,
};
