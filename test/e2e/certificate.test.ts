import fs from 'node:fs';
import {expect, onTestFinished, test} from 'vitest';
import {makeCertificate} from '../support/https-server.js';
import {
	createInstallation,
	order,
	until,
	type Installation,
} from '../support/program.js';
import {startCertificateProxy} from './certificate-proxy.js';

const incidentsOf = async (here: Installation): Promise<any[]> => (await here.json(['incident', 'list'])).incidents;

const countClones = async (here: Installation): Promise<number> => (await here.truth()).tasks.filter(({type}) => type === 'qmclone').length;

const edit = ({config}: Installation, from: string, to: string): void => {
	fs.writeFileSync(config, fs.readFileSync(config, 'utf8').replace(from, () => to));
};

const expectWaiting = async (here: Installation): Promise<void> => {
	const {vms} = await here.json(['vm', 'list']);
	expect(vms.map(({needsAttention, operation}: any) => [needsAttention, operation.state, operation.attempt])).toEqual([[null, 'running', 0], [null, 'waiting', 0]]);
};

test('a cluster\'s certificate that changes under way: nothing is sent by another than the pinned one, one incident names both, all waits without an attempt and goes on when the old one is back or the config has the new one', async () => {
	const here = await createInstallation({simulator: ['--speed', '8']});
	onTestFinished(here.remove);
	const [old, renewed] = await Promise.all([makeCertificate(), makeCertificate()]);
	const proxy = await startCertificateProxy(here.simulator.url, old);
	onTestFinished(proxy.close);
	edit(here, here.simulator.url, proxy.url);
	edit(here, here.simulator.fingerprint, old.fingerprint);
	const daemon = here.daemon();
	await here.run(['vm', 'create'], order(1));
	await until('a clone is under way', async () => await countClones(here) === 1);

	// Changed, and changed back.
	proxy.show(renewed, true);
	const cause = await until('there is an incident of the certificate, not only of a connection that was cut', async () => {
		const [incident] = await incidentsOf(here);
		return incident?.cause.includes('fingerprint') && incident.cause;
	}, 30_000, 200);
	expect(cause).toContain(old.fingerprint);
	expect(cause).toContain(renewed.fingerprint);
	await here.run(['vm', 'create'], order(2));
	const looked = proxy.shown(renewed);
	await until('it was looked again', () => proxy.shown(renewed) > looked);
	expect(await incidentsOf(here)).toHaveLength(1);
	await expectWaiting(here);
	expect(proxy.heard(renewed)).toBe(0);
	proxy.show(old, true);
	await until('the second clone is under way', async () => await countClones(here) === 2);
	await until('the incident is over', async () => (await incidentsOf(here)).length === 0, 30_000, 200);

	// Renewed for good. What is connected stays so: no connection by the old one is used once the config does not have it any more.
	proxy.show(renewed, false);
	edit(here, old.fingerprint, renewed.fingerprint);
	daemon.child.kill('SIGHUP');
	await until('all are ready', async () => (await here.json(['status'])).vms.ready === 2, 60_000, 300);
	expect(proxy.heard(renewed)).toBeGreaterThan(0);
	const heard = proxy.heard(old);
	await here.run(['vm', 'create', '--wait=30s'], order(3));
	expect(proxy.heard(old)).toBe(heard);
	expect(await countClones(here)).toBe(3);
	const {vms} = await here.json(['vm', 'list']);
	expect(vms.map(({status, needsAttention}: any) => [status, needsAttention])).toEqual(Array.from({length: 3}, () => ['ready', null]));
}, 120_000);
