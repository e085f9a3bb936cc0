import {expect, test} from 'vitest';
import {deploy} from './deployed.js';

const destructive = [
	'vm terminate whmcs-1',
	'vm reinstall whmcs-1 --template debian-12',
	'vm reset whmcs-1 removed --reason gone',
	'vm change whmcs-1 --file - --allow-data-loss',
	'backup restore whmcs-1 b1',
	'backup remove whmcs-1 b1',
	'snapshot rollback whmcs-1 before',
	'snapshot remove whmcs-1 before',
];

test.each(destructive)('%s does nothing without --yes or the hostname', async line => {
	const {cronsole, vm, listOpen, store} = await deploy();
	const stdin = '{"package": "kvm-l"}';
	const script = await cronsole(line, {stdin});
	expect(script.code).toBe(2);
	expect(script.err).toMatch(new RegExp(`^web1\\.example\\.net \\(v${vm.id}, whmcs-1\\): not confirmed, nothing was done\nadd --yes to .+\n$`));
	for (const typed of ['', 'web1', 'yes', 'whmcs-1']) {
		const asked = await cronsole(line, {stdin, isTerminal: true, ask: async () => typed});
		expect([asked.code, asked.err]).toEqual([2, expect.stringContaining('that is not its hostname, nothing was done')]);
	}

	// A script asked for JSON: nobody sits there to type.
	await expect(cronsole(`${line} --json`, {stdin, isTerminal: true})).resolves.toMatchObject({code: 2, out: expect.stringContaining('"code":"confirmation"')});
	await expect(listOpen()).resolves.toEqual([]);
	await expect(store.read.vms.get(vm.id)).resolves.toMatchObject({status: 'ready'});
});

test('the hostname may be typed in any case; the question says which VM and what for', async () => {
	const {cronsole, vm, listOpen} = await deploy();
	const asked: string[] = [];
	const said = await cronsole('vm terminate whmcs-1', {
		isTerminal: true,
		async ask(question) {
			asked.push(question);
			return ' WEB1.example.net ';
		},
	});
	expect(said.code).toBe(0);
	expect(asked).toEqual([`web1.example.net (v${vm.id}, whmcs-1): type its hostname to terminate it: its disks are destroyed at once: `]);
	await expect(listOpen()).resolves.toMatchObject([{kind: 'terminate'}]);
});

test('what stands in the words reaches the terminal without its control characters', async () => {
	const {cronsole} = await deploy();
	const asked: string[] = [];
	const ask = async (question: string) => {
		asked.push(question);
		return '';
	};

	for (const line of [['vm', 'reset', 'whmcs-1', '\u{1B}[2J', '--reason', 'x'], ['vm', 'reinstall', 'whmcs-1', '--template', '\u{1B}[2J'], ['backup', 'restore', 'whmcs-1', '\u{1B}[2J']]) {
		await expect(cronsole(line, {isTerminal: true, ask})).resolves.toMatchObject({code: 2});
	}

	expect(asked).toHaveLength(3);
	expect(asked.join('')).not.toMatch(/\p{Control}/u);
});
