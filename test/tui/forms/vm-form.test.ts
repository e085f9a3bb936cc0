/* eslint unicorn/max-nested-calls: off -- a story of keys reads best as one call in another */
import {expect, it} from 'vitest';
import {openForm, pasteIntoForm} from '../../../source/tui/forms/reduce-form.js';
import {type Refused} from '../../../source/intents/refused.js';
import {
	createWorld,
	fill,
	formIn,
	goTo,
	opened,
	perform,
	press,
	retype,
} from './world.js';

const sendButton = 13;

/** Everything that has no suggestion, with the cursor on the button. */
const complete = [
	'web1.example.net', null, null, null, null, null, null, null, 'Ada', 'ada@example.org', null, null, null,
] as const;

it('orders what was typed, suggested and chosen, with a password that is made', async () => {
	const world = await createWorld();
	const asked = press(fill(await opened(world, 'vm'), ...complete), 'enter');
	expect(formIn(asked)).toMatchObject({isSending: true, problems: {}});
	const {state} = await perform(world, asked);
	expect(state.overlay).toBeNull();
	expect(state.notice).toMatchObject({level: 'good', text: 'v101 web1.example.net ordered; nobody leads: it starts once somebody does'});
	const vm = await world.app.read.vms.get(101);
	expect(vm).toMatchObject({
		reference: 'web1.example.net', hostname: 'web1.example.net', cluster: 'fra1', packageName: 'kvm-s', client: {name: 'Ada', email: 'ada@example.org'}, user: 'root', sshKeys: [], mail: true,
		template: {name: 'debian-12', vmid: 9000}, overrides: {}, password: expect.stringMatching(/^.{12,}$/),
	});
	await expect(world.app.read.activity.list({limit: 1})).resolves.toMatchObject([{actor: 'anna', message: 'ordered: kvm-s from debian-12 on fra1, reference web1.example.net'}]);
});

it('orders with overrides, keys and choices made by letter and arrow', async () => {
	const world = await createWorld();
	const key = 'ssh-ed25519 AAAA ada, at home';
	const chosen = fill(await opened(world, 'vm'), 'web2.example.net', null, 'a', null);
	expect(formIn(chosen).values).toMatchObject({cluster: 'ams1', template: 'alma-9'});
	const filled = fill(press(chosen, 'right'), null, '4', '2048', '20', 'Ada', 'ada@example.org', null, `${key},ssh-rsa BBBB`, 'n');
	const {state} = await perform(world, press(filled, 'enter'));
	expect(state.notice).toMatchObject({level: 'good', text: expect.stringContaining('v101 web2.example.net ordered')});
	await expect(world.app.read.vms.get(101)).resolves.toMatchObject({
		cluster: 'ams1', packageName: 'kvm-m', template: {name: 'alma-9'}, package: {cores: 4, memoryMib: 2048, diskGib: 20}, sshKeys: [key, 'ssh-rsa BBBB'], mail: false, password: null,
	});
});

it('has the reference follow the hostname until another is typed', async () => {
	const world = await createWorld();
	const typed = press(await opened(world, 'vm'), ...'Web1.example');
	expect(formIn(typed).values.reference).toBe('web1.example');
	const own = press(retype(press(typed, 'tab'), 'whmcs-1'), 'up', ...'.net');
	expect(formIn(own).values).toMatchObject({hostname: 'Web1.example.net', reference: 'whmcs-1'});
});

it('offers only the templates of the cluster', async () => {
	const world = await createWorld();
	const state = goTo(await opened(world, 'vm'), 3);
	expect(formIn(press(state, 'right')).values.template).toBe('ubuntu-24');
	expect(formIn(press(state, 'right', 'right')).values.template).toBe('debian-12');
	expect(formIn(press(state, 'up', 'right')).values).toMatchObject({cluster: 'ams1', template: 'alma-9'});
});

it('shows what is wrong once a field was left, in the words of the command, and no longer once it is mended', async () => {
	const world = await createWorld();
	const typing = press(await opened(world, 'vm'), ...'web_1');
	expect(formIn(typing).problems).toEqual({});
	const left = press(typing, 'tab');
	const words = 'must be a DNS name: labels of letters, digits and hyphens, at most 63 each and 253 in all';
	expect(formIn(left).problems).toEqual({hostname: words});
	await expect(world.app.intents.createVm({hostname: 'web_1'})).rejects.toThrow(`hostname: ${words}`);
	expect(formIn(press(left, 'up', 'backspace', 'backspace')).problems).toEqual({});
});

it('says all that is wrong when it is sent, goes to the first, and asks for nothing', async () => {
	const world = await createWorld();
	const filled = fill(await opened(world, 'vm'), null, null, null, null, null, 'many', '8', null, null, 'ada', '0day', 'my key');
	const sent = press(goTo(filled, sendButton), 'enter');
	expect(formIn(sent)).toMatchObject({field: 0, isSending: false});
	expect(formIn(sent).problems).toEqual({
		hostname: 'is missing', reference: 'is missing', 'overrides.cores': 'must be a number', 'overrides.memoryMib': 'must be at least 16', 'client.name': 'is missing', 'client.email': 'must be an e-mail address',
		user: 'must be a login name', sshKeys: 'must be a public key in one line: type, key, comment',
	});
	expect(sent.effects).toEqual([]);
	const refused: unknown = await world.app.intents.createVm({
		cluster: 'fra1', template: 'debian-12', package: 'kvm-s', client: {email: 'ada'}, overrides: {cores: 'many', memoryMib: 8}, user: '0day', sshKeys: ['my key'],
	}).catch((error: unknown) => error);
	expect((refused as Refused).message.split('; ').toSorted()).toEqual([
		'client.email: must be an e-mail address',
		'client.name: is missing',
		'hostname: is missing',
		'overrides.cores: must be a number',
		'overrides.memoryMib: must be at least 16',
		'reference: is missing',
		'sshKeys[0]: must be a public key in one line: type, key, comment',
		'user: must be a login name',
	]);
});

it('knows what the config has against an order before anything is asked', async () => {
	const world = await createWorld();
	const reserved = press(fill(await opened(world, 'vm'), 'www.example.net', ...complete.slice(1)), 'enter');
	expect(formIn(reserved).problems).toEqual({hostname: 'www.example.net is reserved in the zone example.net; choose another hostname, or take it out of `reserved` in the config'});
	const poolless = press(goTo(press(goTo(retype(reserved, 'web1.example.net'), 2), 'right'), sendButton), 'enter');
	expect(formIn(poolless)).toMatchObject({field: sendButton});
	expect(formIn(poolless).problems).toEqual({'': 'the package wants 1 IPv4, but the cluster ams1 has no IPv4 pool; add a pool for ams1 to the config, or order with "overrides": {"ipv4": 0}'});
	expect(poolless.effects).toEqual([]);
});

it('puts what only the store knows beside the field that it is about', async () => {
	const world = await createWorld();
	const first = press(fill(await opened(world, 'vm'), ...complete), 'enter');
	await perform(world, first);
	const other = fill(await opened(world, 'vm'), 'web1.example.net', ...complete.slice(1));
	const again = press(goTo(retype(goTo(other, 1), 'whmcs-2'), sendButton), 'enter');
	const {state} = await perform(world, again);
	expect(formIn(state)).toMatchObject({field: 0, isSending: false, problems: {hostname: 'web1.example.net belongs to v101 (reference web1.example.net); choose another hostname, or remove that VM first'}});
	// The very same order is that VM, as it is for a billing system that sends it twice.
	const {state: same} = await perform(world, press(fill(await opened(world, 'vm'), ...complete), 'enter'));
	expect(same.notice?.text).toBe('v101 web1.example.net was ordered before; it is creation');
	const different = press(goTo(retype(goTo(fill(await opened(world, 'vm'), ...complete), 8), 'Max'), sendButton), 'enter');
	expect(formIn((await perform(world, different)).state).problems['']).toMatch(/^the reference web1\.example\.net belongs to v101 web1\.example\.net, which was ordered differently: client\.name: "Ada" before, "Max" now/);
});

it('takes the first line of what is pasted, without its controls, and a choice only in full', async () => {
	const world = await createWorld();
	const pasted = (at: number, text: string) => {
		const state = goTo(openForm(world.state, 'vm', null), at);
		return formIn(pasteIntoForm(state, formIn(state), text)).values;
	};

	expect(pasted(11, '\nssh-ed25519 AAAA\u{1B}[31m ada\r\nsecond line').sshKeys).toBe('ssh-ed25519 AAAA[31m ada');
	expect(pasted(3, 'ubuntu-24\n').template).toBe('ubuntu-24');
	expect(pasted(3, 'ubuntu').template).toBe('debian-12');
	expect(pasted(sendButton, 'y').hostname).toBeUndefined();
});

it('is not opened by who only looks, and says nothing can be chosen where the config is empty', async () => {
	const {state} = await createWorld({isReadOnly: true});
	const refused = openForm(state, 'vm', null);
	expect([refused.overlay, refused.notice?.text]).toEqual([null, 'Order a VM: this session is read-only']);
	const bare = openForm({
		...state, isReadOnly: false, settings: {
			...state.settings, clusters: [], templates: {}, packages: {},
		},
	}, 'vm', null);
	const sent = press(goTo(bare, sendButton), 'enter');
	expect(formIn(sent).problems).toMatchObject({cluster: 'is missing', template: 'is missing', package: 'is missing'});
	expect(formIn(press(goTo(bare, 2), 'right', 'left', 'x')).values.cluster).toBe('');
});
