import {expect, test} from 'vitest';
import {type CheckLine} from '../../source/app/check-line.js';
import {check} from '../../source/app/check.js';
import {systemClock} from '../../source/domain/clock.js';
import {createVm} from '../../source/simulation/vms.js';
import {
	makeFolder,
	openStoreIn,
	settingsWith,
	startCluster,
} from '../scheduler/world.js';

test.each([
	['nobody else works', undefined, {result: 'ok', message: 'no other installation works on VMs 5000 to 5999'}],
	['another installation works', 'cronsole:deadbeef:v3', {result: 'failed', message: expect.stringMatching(/^VM 5003 \(theirs\) on pve2 bears the stamp of another installation, deadbeef: nothing is changed on fra1; give each /)}],
])('where %s on a cluster that is only observed, that is said', async (_, description, line) => {
	const {server: {cluster}, connectionOf, cluster: settings} = await startCluster({}, {observe: true});
	cluster.vms.set(5003, createVm(cluster, 5003, 'pve2', {name: 'theirs', ...(description !== undefined && {description})}));
	const store = await openStoreIn(makeFolder());
	const lines: CheckLine[] = [];
	await check({
		settings: settingsWith({clusters: [settings]}), store, clock: systemClock, connectionOf, dns: {find: () => undefined}, panels: {find: () => undefined}, openMessages: async () => ({mail: null, billing: null}),
		report(one) {
			lines.push(one);
		},
	});
	expect(lines).toContainEqual({subject: 'cluster fra1', ...line});
	expect(lines.filter(({subject, result}) => subject === 'cluster fra1' && result === 'failed')).toHaveLength(Number(line.result === 'failed'));
});
