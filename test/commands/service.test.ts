import path from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {startLocker} from '../store/support/locker.js';
import {
	config,
	createShell,
	order,
	type Shell,
} from './shell.js';

/** A daemon that serves on a free port, until the test is over. */
const startDaemon = async ({cronsole, send, soFar}: Shell): Promise<{readonly url: string; readonly ended: ReturnType<Shell['cronsole']>}> => {
	const ended = cronsole('--daemon --metrics 127.0.0.1:0');
	onTestFinished(async () => {
		send('SIGTERM');
		await ended;
	});
	await expect.poll(soFar, {timeout: 10_000}).toContain('"started"');
	return {url: /http:\/\/[\d.:]+/.exec(soFar())![0], ended};
};

const get = async (url: string) => {
	const response = await fetch(url);
	return {status: response.status, text: await response.text(), type: response.headers.get('content-type')};
};

/** The value of one line. */
const valueOf = (text: string, line: string): number => {
	const found = text.split('\n').find(candidate => candidate.startsWith(`${line} `));
	expect(found, line).toBeDefined();
	return Number(found!.split(' ').at(-1));
};

test('the metrics tell the rows as they are at each scrape, and nothing of an order', async () => {
	const shell = createShell(config);
	await shell.cronsole('vm create', {stdin: order({reference: 'secret-reference', password: 'Wachtwoord-1'})});
	const {url} = await startDaemon(shell);
	await expect.poll(async () => (await get(`${url}/metrics`)).text, {timeout: 10_000}).toMatch(/^cronsole_run_duration_seconds_count\{task="process_vms",result="ok"\} [1-9]/m);
	const {status, text, type} = await get(`${url}/metrics`);
	expect([status, type]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
	expect(valueOf(text, 'cronsole_leader')).toBe(1);
	expect(valueOf(text, 'cronsole_led')).toBe(1);
	expect(valueOf(text, 'cronsole_vms{state="inWork"}')).toBe(1);
	expect(valueOf(text, 'cronsole_operations{state="running"}') + valueOf(text, 'cronsole_operations{state="waiting"}')).toBe(1);
	expect(valueOf(text, 'cronsole_installs{state="failed"}')).toBe(0);
	expect(valueOf(text, 'cronsole_outbox{state="unknown"}')).toBe(0);
	expect(valueOf(text, 'cronsole_dns_debts{state="owed"}')).toBe(0);
	expect(valueOf(text, 'cronsole_lock_age_seconds{lock="leader"}')).toBeGreaterThan(0);
	expect(valueOf(text, 'cronsole_lock_stale{lock="leader"}')).toBe(0);
	expect(valueOf(text, 'cronsole_task_last_start_seconds{task="process_vms"}')).toBeCloseTo(Date.now() / 1000, -2);
	expect(valueOf(text, 'cronsole_api_calls_total{cluster="fra1",outcome="transient"}')).toBeGreaterThan(0);
	expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds /m);
	expect(text).toMatch(/^process_resident_memory_bytes /m);
	for (const hidden of ['secret-reference', 'web1', 'Wachtwoord', 'v1"', 'ada@']) {
		expect(text).not.toContain(hidden);
	}
}, 30_000);

test('/healthz answers 200 while this process works and somebody leads, else 503 and why', async () => {
	const shell = createShell('scheduler: {lease: 3s}\n');
	const {url} = await startDaemon(shell);
	await expect.poll(async () => get(`${url}/healthz`), {timeout: 10_000}).toMatchObject({status: 200, text: 'ok\n'});
	await expect(get(`${url}/`)).resolves.toMatchObject({status: 404});
	await expect(fetch(`${url}/healthz`, {method: 'POST'})).resolves.toMatchObject({status: 405});

	const place = path.join(shell.folder, 'state', 'cronsole', 'cronsole.db');
	const stranger = await startLocker(place);
	await stranger.stop();
	await expect.poll(async () => get(`${url}/healthz`), {timeout: 20_000, interval: 500}).toMatchObject({status: 503, text: expect.stringMatching(new RegExp(String.raw`^the database does not answer: no answer within 5 s; locked by \S+ \(PID ${stranger.pid}, stopped\): kill -CONT ${stranger.pid}\n$`)) as string});
	const said = await createShell('').cronsole(`status --database ${place}`);
	expect(said.out).toMatch(new RegExp(String.raw`critical .*\(PID ${stranger.pid}, stopped\) keeps everybody from writing to the database; kill -CONT ${stranger.pid}`));
	await stranger.end();
	await expect.poll(async () => get(`${url}/healthz`), {timeout: 20_000, interval: 500}).toMatchObject({status: 200});
}, 60_000);

test('a port that somebody else has is refused before anything is done', async () => {
	const shell = createShell('');
	const {url} = await startDaemon(shell);
	const other = createShell('');
	const place = url.replace('http://', '');
	const {code, err, out} = await other.cronsole(`--daemon --metrics ${place}`);
	expect([code, out]).toEqual([2, '']);
	expect(err).toContain(`cannot listen on 127.0.0.1 port ${place.split(':', 2)[1]}: somebody listens there already`);
	const store = await other.openStore();
	await expect(store.read.activity.list({limit: 10})).resolves.toEqual([]);
});
