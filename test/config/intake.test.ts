import {writeFileSync} from 'node:fs';
import path from 'node:path';
import {inspect} from 'node:util';
import {expect, test} from 'vitest';
import {listSecrets, printableSettings} from '../../source/app/printable-settings.js';
import {makeCertificate} from '../support/https-server.js';
import {load, problemsOf, temporaryFolder} from './load.js';

const long = 'x'.repeat(32);

test('who may order has a name and a secret that nobody sees', async () => {
	const settings = await load(`intake: {keys: {whmcs: {env: W}, shop: "${long}y"}, ordersPerMinute: 50}\n`, {env: {W: `${long}z`}});
	expect(settings.intake.keys.whmcs!.reveal()).toBe(`${long}z`);
	expect(settings.intake).toMatchObject({tls: null, ordersPerMinute: 50});
	for (const seen of [JSON.stringify(settings), inspect(settings, {depth: 9, showHidden: true}), JSON.stringify(printableSettings(settings))]) {
		expect(seen).not.toContain(long);
	}

	expect(listSecrets(settings)).toEqual(expect.arrayContaining([`${long}y`, `${long}z`]));
});

test('a certificate with its key is read from files beside the config, and the key is a secret', async () => {
	const folder = temporaryFolder();
	const {key, cert} = await makeCertificate();
	writeFileSync(path.join(folder, 'cert.pem'), cert);
	writeFileSync(path.join(folder, 'key.pem'), key);
	const settings = await load('intake: {certificate: cert.pem, key: key.pem}\n', {folder});
	expect(settings.intake.tls?.certificate.trim()).toBe(cert.trim());
	const shown = JSON.stringify(printableSettings(settings));
	expect(shown).toContain('"certificate":"[certificates]","key":"[secret]"');
	const {key: other} = await makeCertificate();
	writeFileSync(path.join(folder, 'other.pem'), other);
	expect(await problemsOf('intake: {certificate: cert.pem, key: other.pem}\n', {folder})).toEqual([expect.stringContaining('intake.key: is not the key of that certificate')]);
	expect(await problemsOf('intake: {certificate: cert.pem, key: cert.pem}\n', {folder})).toEqual([expect.stringContaining('intake.key: is no PEM of a private key without a passphrase')]);
});

test.each([
	['{keys: {whmcs: short}}', 'intake.keys.whmcs: must have at least 32 characters: `openssl rand -hex 32` makes one'],
	['{keys: {"a:b": {env: HOME}}}', 'intake.keys.a:b: must be a name'],
	['{certificate: /nowhere.pem, key: /nowhere.pem}', 'intake.certificate: /nowhere.pem: there is no such file'],
	['{ordersPerMinute: 0}', 'intake.ordersPerMinute: must be at least 1'],
	['{secrets: {}}', 'intake.secrets: unknown key'],
])('%s is one problem that says what to do', async (text, wrong) => {
	const problems = await problemsOf(`intake: ${text}\n`);
	expect(problems.some(problem => problem.includes(wrong))).toBe(true);
	expect(problems.join(' ')).not.toContain('short');
});
