import fs from 'node:fs';
import path from 'node:path';
import {
	onTestFinished,
	describe,
	expect,
	test,
} from 'vitest';
import {createCommandPanel} from '../../../source/clients/panel/command.js';
import {describePanel} from './conformance.js';
import {commandRow, openStandIn} from './stand-in.js';

describePanel('a panel that is a program here', async () => {
	const {command, remove, ...host} = openStandIn();
	return {
		...host,
		panel: createCommandPanel('web1', commandRow(command)),
		async close() {
			remove();
		},
	};
});

describe('checking a panel that is a program here', () => {
	const checkOf = async (file: string) => createCommandPanel('web1', commandRow([file])).check();
	const makeFile = (mode: number): string => {
		const {folder, remove} = openStandIn();
		onTestFinished(remove);
		const file = path.join(folder, 'provision');
		fs.writeFileSync(file, '#!/bin/sh\n');
		fs.chmodSync(file, mode);
		return file;
	};

	test('finds a program by its path and by its name', async () => {
		await expect(checkOf(makeFile(0o755))).resolves.toEqual([]);
		await expect(checkOf('sh')).resolves.toEqual([]);
	});

	test('says which program is not there', async () => {
		await expect(checkOf('/nowhere/provision')).rejects.toMatchObject({
			message: '/nowhere/provision is not there (or what its first line names is not)', peer: 'web1', kind: 'denied', scope: 'cluster',
		});
		await expect(checkOf('no-such-program-of-ours')).rejects.toThrow('no-such-program-of-ours is not there');
	});

	test('says that a file is no program, or a folder', async () => {
		await expect(checkOf(makeFile(0o644))).rejects.toMatchObject({message: expect.stringContaining('may not be executed by us'), kind: 'denied', scope: 'cluster'});
		await expect(checkOf('/usr/bin')).rejects.toMatchObject({message: '/usr/bin is a folder', kind: 'denied', scope: 'cluster'});
	});

	test('doubts a program that everybody may change', async () => {
		const file = makeFile(0o777);
		await expect(checkOf(file)).resolves.toEqual([`${file} can be changed by everybody on this machine`]);
	});

	test('says which panel and which program, for people', () => {
		expect(createCommandPanel('web1', commandRow(['/opt/provision', '--now'])).title).toBe('command /opt/provision');
	});
});
