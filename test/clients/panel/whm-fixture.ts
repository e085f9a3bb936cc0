import {onTestFinished} from 'vitest';
import {type Panel} from '../../../source/clients/panel/panel.js';
import {createWhmPanel} from '../../../source/clients/panel/whm.js';
import {type WhmSettings} from '../../../source/clients/panel/whm-session.js';
import {createSecret} from '../../../source/config/secret.js';
import {startWhm, type WhmServer} from './whm-server.js';

/** A WHM until the test's end. */
export const serveWhm = async (): Promise<WhmServer> => {
	const server = await startWhm();
	onTestFinished(server.close);
	return server;
};

/** Our client for it. */
export const openWhm = ({url, fingerprint, token}: Pick<WhmServer, 'url' | 'fingerprint' | 'token'>, more: Partial<WhmSettings> = {}): Panel => createWhmPanel('web3', {
	kind: 'whm', url, user: 'root', token: createSecret(token), fingerprints: [fingerprint], timeoutMs: 20_000, concurrency: 2, address: null, externalIp: null, controlPanelUrl: null, ...more,
}, {pollMs: 5});
