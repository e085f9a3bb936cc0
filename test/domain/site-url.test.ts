/* eslint-disable unicorn/prefer-https -- A new site has no certificate yet. */
import {expect, test} from 'vitest';
import {type PanelSettings} from '../../source/domain/settings.js';
import {siteUrl, temporaryUrl} from '../../source/domain/site-url.js';

const common = {
	timeoutMs: 1000, concurrency: 1, address: null, externalIp: null, controlPanelUrl: null,
};
const command: PanelSettings = {...common, kind: 'command', command: ['/bin/true']};
const ssh: PanelSettings = {
	...common, kind: 'ssh', host: 'web2.example.net', port: 22, user: 'p', identity: '/k', knownHosts: '/h', command: 'provision',
};
const whm: PanelSettings = {
	...common, kind: 'whm', url: 'https://web3.example.net:2087', user: 'root', token: {reveal: () => 't'}, fingerprints: [],
};
const order = {url: 'domain', domain: 'shop.example.org', account: 'shop'} as const;

test('a site is installed at its domain', () => {
	expect(siteUrl(order, ssh)).toBe('http://shop.example.org/');
	expect(siteUrl(order, undefined)).toBe('http://shop.example.org/');
});

test.each([
	['the address by which it is reached from outside', {...whm, externalIp: '203.0.113.9', address: '10.0.0.9'}, 'http://203.0.113.9/~shop/'],
	['where its web server is', {...ssh, address: '203.0.113.50'}, 'http://203.0.113.50/~shop/'],
	['an IPv6 address', {...command, address: '2001:db8::50'}, 'http://[2001:db8::50]/~shop/'],
	['the host of an ssh panel', ssh, 'http://web2.example.net/~shop/'],
	['the host of a whm panel, without the port of its API', whm, 'http://web3.example.net/~shop/'],
	['the host of the control panel that customers use', {...command, controlPanelUrl: 'https://panel.example.net:8083/login'}, 'http://panel.example.net/~shop/'],
])('a temporary URL is made of %s', (_, panel, url) => {
	expect(siteUrl({...order, url: 'temporary'}, panel)).toBe(url);
});

test('where the config names no server there is no temporary URL, and the domain is taken', () => {
	expect(temporaryUrl('shop', command)).toBeNull();
	expect(siteUrl({...order, url: 'temporary'}, command)).toBe('http://shop.example.org/');
	expect(siteUrl({...order, url: 'temporary'}, undefined)).toBe('http://shop.example.org/');
});
