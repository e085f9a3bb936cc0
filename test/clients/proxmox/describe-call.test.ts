import {expect, test} from 'vitest';
import {type ApiCall} from '../../../source/clients/proxmox/api-call.js';
import {describeCall} from '../../../source/clients/proxmox/describe-call.js';
import {always, connectTo, serve} from '../../support/proxmox-fixture.js';

const put = (parameters: ApiCall['parameters']): ApiCall => ({method: 'PUT', path: '/nodes/pve1/qemu/101/config', parameters});

test.each([
	['its values, and leaves out what is not set', put({
		cores: 2, memory: 4096, onboot: false, net0: undefined,
	}), 'PUT /nodes/pve1/qemu/101/config cores=2 memory=4096 onboot=0'],
	['no password', put({ciuser: 'root', cipassword: 'correct horse'}), 'PUT /nodes/pve1/qemu/101/config ciuser=root cipassword=••••'],
	['of a long value the beginning', put({sshkeys: `ssh-rsa ${'A'.repeat(400)}`}), `PUT /nodes/pve1/qemu/101/config sshkeys="ssh-rsa ${'A'.repeat(51)}…"`],
	['foreign text in one safe line', put({description: 'two\nlines \u{1B}[31mred'}), 'PUT /nodes/pve1/qemu/101/config description="two ⏎ lines red"'],
	['a call without values as it is', {method: 'DELETE', path: '/nodes/pve1/qemu/101'} as const, 'DELETE /nodes/pve1/qemu/101'],
])('a call is described with %s', (_, call, text) => {
	expect(describeCall(call)).toBe(text);
});

test('a cluster that is only observed is asked, and of a change it is told what would be sent', async () => {
	const server = await serve((_, response) => {
		response.end(JSON.stringify({data: {version: '9.2.11'}}));
	});
	const proxmox = connectTo([server], {observe: true}).guardedBy(always);
	await expect(proxmox.setVmConfig({node: 'pve1', vmid: 101}, {cores: 2, cipassword: 'correct horse', net1: undefined})).rejects.toMatchObject({
		name: 'ClientError', kind: 'observed', scope: 'item', node: 'pve1', message: 'would send: PUT /nodes/pve1/qemu/101/config cores=2 cipassword=•••• delete=net1',
	});
	expect(server.requests).toEqual([]);
	expect(await proxmox.getVersion()).toBe('9.2.11');
});
