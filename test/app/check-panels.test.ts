import {expect, test} from 'vitest';
import {type CheckLine} from '../../source/app/check-line.js';
import {checkMail} from '../../source/app/check-mail.js';
import {checkPanels} from '../../source/app/check-panels.js';
import {createMailServer} from '../../source/clients/mail/smtp.js';
import {createPanels} from '../../source/clients/panel/create-panels.js';
import {createSecret} from '../../source/config/secret.js';
import {type PanelSettings, type Settings} from '../../source/domain/settings.js';
import {refusingUrl} from '../support/https-server.js';
import {startSmtp} from '../support/smtp.js';
import {serveWhm} from '../clients/panel/whm-fixture.js';
import {html, serveSite} from '../clients/panel/web-site.js';
import {makeStore} from '../store/support/temporary-store.js';

const common = {
	timeoutMs: 5000, concurrency: 1, address: null, externalIp: null, controlPanelUrl: null,
};
const command: PanelSettings = {...common, kind: 'command', command: [process.execPath]};
type Apps = Settings['installs']['applications'];

const temporary: Apps[string] = {
	stage: true, welcomeEmail: true, blogName: 'My site', url: 'temporary', controlPanelLogin: true,
};

const linesOf = async (panels: Readonly<Record<string, PanelSettings>>, {applications: apps = {}, account}: {readonly applications?: Apps; readonly account?: string} = {}) => {
	const store = await makeStore();
	if (account !== undefined) {
		await store.write(async ({installs}) => {
			const install = await installs.insert({
				reference: 'w-1', panel: 'web1', application: 'static', domain: 'a.example.org', account, client: {name: 'Ada', email: 'ada@example.org'}, order: {}, createdAt: 1, accountState: 'active',
			});
			await installs.change(install, {state: 'done'}, 2);
		});
	}

	const lines: CheckLine[] = [];
	await checkPanels({
		settings: {installs: {panels, applications: apps}}, panels: createPanels(() => panels), store, report(line) {
			lines.push(line);
		},
	});
	return lines;
};

test('each panel of the config has its line, whether it can be used or not', async () => {
	const whm = await serveWhm();
	const row = {
		...common, kind: 'whm', url: whm.url, user: 'root', token: createSecret(whm.token), fingerprints: [whm.fingerprint],
	} as const;
	await expect(linesOf({
		web1: command, web2: {...command, command: ['/nowhere/provision']}, web3: row, web4: {...row, token: createSecret('wrong')}, web5: {...row, url: await refusingUrl()},
	})).resolves.toEqual([
		{subject: 'panel web1', result: 'ok', message: `command ${process.execPath}`},
		{subject: 'panel web2', result: 'failed', message: expect.stringContaining('/nowhere/provision is not there') as string},
		{subject: 'panel web3', result: 'ok', message: `WHM root@${new URL(whm.url).host}`},
		{subject: 'panel web4', result: 'failed', message: expect.stringContaining('refuses our token') as string},
		{subject: 'panel web5', result: 'failed', message: 'it cannot be reached: connection refused'},
	]);
	expect(whm.countChanges()).toBe(0);
});

test('a panel that cPanel is too old for is a warning', async () => {
	const whm = await serveWhm();
	whm.faults.push({on: 'version', answer: {status: 200, body: '{"metadata":{"result":1},"data":{"version":"11.110.0.2"}}'}});
	const lines = await linesOf({
		web3: {
			...common, kind: 'whm', url: whm.url, user: 'root', token: createSecret(whm.token), fingerprints: [whm.fingerprint],
		},
	});
	expect(lines).toMatchObject([{result: 'warning', message: expect.stringContaining('11.110.0.2')}]);
});

test('temporary URLs are tried where an application wants them and an account is there', async () => {
	let status = 200;
	const {port} = await serveSite(() => ({status, body: html('a')}));
	const apps = {static: temporary};
	// The port stands in the name here, which no config could say.
	const web1 = {...command, externalIp: `localhost:${port}`, address: '127.0.0.1'};
	await expect(linesOf({web1}, {applications: apps, account: 'shop'})).resolves.toContainEqual({subject: 'panel web1', result: 'ok', message: `http://localhost:${port}/~shop/ answers`});
	status = 404;
	await expect(linesOf({web1}, {applications: apps, account: 'shop'})).resolves.toContainEqual({
		subject: 'panel web1', result: 'warning', message: `http://localhost:${port}/~shop/ answers 404: does its web server serve folders of users?`,
	});
	await expect(linesOf({web1}, {applications: apps})).resolves.toContainEqual({
		subject: 'panel web1', result: 'ok', message: `temporary URLs are http://localhost:${port}/~ACCOUNT/, which cannot be tried before there is an account`,
	});
});

test('where nothing says by which name a web server is reached, temporary URLs are a warning', async () => {
	const [, line] = await linesOf({web1: command}, {applications: {static: temporary}});
	expect(line).toMatchObject({subject: 'panel web1', result: 'warning', message: expect.stringContaining('set `externalIp` or `address`')});
});

test('the mail server has its line: it is greeted, and gets no letter; its password is not shown', async () => {
	const {port, received, countSessions} = await startSmtp();
	const lines: CheckLine[] = [];
	const look = async (url: string | null) => {
		const mail = url === null
			? null
			: {
				smtp: createSecret(url), fingerprints: [], from: 'ops@example.net', templates: null,
			};
		await checkMail({
			settings: {mail}, openMail: async () => mail && createMailServer(mail), report(line) {
				lines.push(line);
			},
		});
	};

	await look(null);
	await look(`smtp://127.0.0.1:${port}`);
	await look(`smtp://ops:s3cret-word@127.0.0.1:${new URL(await refusingUrl()).port}`);
	expect(lines).toEqual([
		{subject: 'mail', result: 'ok', message: `smtp://127.0.0.1:${port}, from ops@example.net`},
		{subject: 'mail', result: 'failed', message: expect.not.stringContaining('s3cret-word') as string},
	]);
	expect(received).toEqual([]);
	expect(countSessions()).toBe(1);
});
