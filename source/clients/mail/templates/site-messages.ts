import {hello, type MessageTemplate} from './template.js';

export const siteWelcome: MessageTemplate<'site-welcome'> = {
	title: 'A site was installed and answers',
	source: `Subject: Your site {{ domain }} is ready

${hello}

your site "{{ title }}" is ready.

Address:  {{ url }}
{% if adminUrl -%}
Log in:   {{ adminUrl }}
{% endif -%}
{% if adminUrl or password -%}
User:     {{ adminUser }}
{% endif -%}
{% if password -%}
Password: {{ password }}

Please change the password when you log in for the first time.
{% endif -%}
{% if controlPanelUrl %}
Control panel: {{ controlPanelUrl }}
{% endif %}
Your order: {{ reference }}
`,
	sample: {
		reference: 'whmcs-901', client: 'Ada Lovelace', domain: 'shop.example.org', title: 'My shop', application: 'wordpress', url: 'https://shop.example.org/',
		adminUrl: 'https://shop.example.org/wp-admin/', adminUser: 'ada', password: 'correct-horse-battery', controlPanelUrl: 'https://web1.example.net:2083/',
	},
};
