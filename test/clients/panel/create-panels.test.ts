import {describe, expect, test} from 'vitest';
import {createPanels} from '../../../source/clients/panel/create-panels.js';
import {type PanelSettings} from '../../../source/domain/settings.js';
import {commandRow, panelRow} from './stand-in.js';

const whmRow = (token: string): PanelSettings => ({
	...panelRow, kind: 'whm', url: 'https://web3.example.net:2087', user: 'root', token: {reveal: () => token}, fingerprints: [],
});

const rows = (): Record<string, PanelSettings> => ({
	web1: commandRow(['/opt/provision']),
	web2: {
		...panelRow, kind: 'ssh', host: 'web2.example.net', port: 22, user: 'provision', identity: '/etc/key', knownHosts: '/etc/known_hosts', command: 'provision',
	},
	web3: whmRow('one'),
});

describe('the panels of the config', () => {
	test('are found by their names, each of its kind', () => {
		const panels = createPanels(rows);
		expect(['web1', 'web2', 'web3'].map(name => panels.find(name)?.title)).toEqual(['command /opt/provision', 'ssh provision@web2.example.net', 'WHM root@web3.example.net:2087']);
		expect(panels.find('web1')?.name).toBe('web1');
	});

	test('have no other, not even one that every object has', () => {
		const panels = createPanels(rows);
		expect([panels.find('web9'), panels.find('constructor')]).toEqual([undefined, undefined]);
	});

	test('stay the same after new settings that leave them alone, are new where theirs changed, and go where nobody names them', () => {
		let present = rows();
		const panels = createPanels(() => present);
		const before = ['web1', 'web2', 'web3'].map(name => panels.find(name));
		present = {...rows(), web1: commandRow(['/opt/another'])};
		panels.reset();
		expect(panels.find('web1')?.title).toBe('command /opt/another');
		expect(panels.find('web2')).toBe(before[1]);
		expect(panels.find('web3')).toBe(before[2]);
		present = {web3: whmRow('two')};
		panels.reset();
		expect(panels.find('web1')).toBeUndefined();
		expect(panels.find('web3')).not.toBe(before[2]);
	});
});
