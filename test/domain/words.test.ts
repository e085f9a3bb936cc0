import {expect, test} from 'vitest';
import {
	formatAge,
	formatInterval,
	formatTook,
	parseDuration,
} from '../../source/domain/duration.js';
import {isHostname} from '../../source/domain/hostname.js';
import {type Incident} from '../../source/domain/incident.js';
import {isReference} from '../../source/domain/reference.js';
import {judgeSeverity, type Signs} from '../../source/domain/severity.js';
import {findNearest, suggest} from '../../source/domain/suggest.js';
import {taskNames} from '../../source/domain/task.js';

test('a duration is a number with its unit, or 0', () => {
	expect(['0', '90s', '5m', '1h', '72h', '14d'].map(text => parseDuration(text))).toEqual([0, 90_000, 300_000, 3_600_000, 259_200_000, 1_209_600_000]);
	for (const text of ['', '5', '-1s', '1.5h', '5 m', '5min', '1h30m', '1e3s', '99999999999s']) {
		expect(parseDuration(text)).toBeUndefined();
	}
});

test('durations are shown as people say them', () => {
	expect([0, 1, 60, 90, 300, 3600, 86_400].map(seconds => formatInterval(seconds))).toEqual(['off', '1s', '1m', '90s', '5m', '1h', '1d']);
	expect([-5, 8000, 65_000, 2_460_000, 11_520_000, 432_000_000].map(ms => formatAge(ms))).toEqual(['0s', '8s', '1m05s', '41m', '3h12m', '5d']);
	expect([320, 8200, 90_000].map(ms => formatTook(ms))).toEqual(['0.3s', '8.2s', '1m30s']);
});

test('a mistyped name finds the one that was meant, a strange one none', () => {
	expect(findNearest('proces_vms', taskNames)).toBe('process_vms');
	expect(findNearest('processvms', taskNames)).toBe('process_vms');
	expect(findNearest('backup_sttaus', taskNames)).toBe('backup_status');
	expect(findNearest('coll', taskNames)).toBe('collect_statistics');
	expect(findNearest('zzzzzz', taskNames)).toBeUndefined();
	expect(findNearest('', taskNames)).toBeUndefined();
	expect(suggest('zzzzzz', ['a', 'b'])).toBe('there is a, b');
	expect(suggest('x', [])).toBe('there is none');
});

test('a hostname is one of RFC 1123', () => {
	for (const text of ['web1.example.net', 'a', '1a.example', 'xn--bcher-kva.example', `${'a'.repeat(63)}.net`]) {
		expect(isHostname(text)).toBe(true);
	}

	for (const text of ['', 'my_host', '-a.net', 'a-.net', 'a..net', 'a.net.', '10.0.0.1', `${'a'.repeat(64)}.net`, `${'a.'.repeat(127)}net`, 'a b', 'ä.net', 'a.net\n']) {
		expect(isHostname(text)).toBe(false);
	}
});

test('a reference can be told from our ids and from VMIDs', () => {
	expect(['whmcs-5546', 'a', 'shop.example.net', '55-a'].map(text => isReference(text))).toEqual([true, true, true, true]);
	expect(['5546', 'v101', 'V7', 'fra1/101', '-x', 'a b', '', 'a\n'].map(text => isReference(text))).toEqual(Array.from({length: 8}, () => false));
});

const well: Signs = {
	hasLeader: true, isOnHold: false, incidents: [], clusters: [{name: 'fra1', state: 'ok'}, {name: 'ams1', state: 'observed'}],
	needsAttention: 0, failedInstalls: 0, failedTasks: 0, staleLocks: 0, now: 1000,
};
const incident: Incident = {
	id: 1, key: 'cluster:fra1:unreachable', severity: 'critical', cause: 'fra1 cannot be reached', command: null, since: 0, closedAt: null, affects: 1, acknowledged: null,
};
const known = (until: number | null): Incident => ({
	...incident, acknowledged: {
		by: 'anna', at: 0, note: null, until,
	},
});

test.each<readonly [what: string, signs: Partial<Signs>, severity: 0 | 1 | 2]>([
	['all well', {}, 0],
	['a hold', {isOnHold: true}, 1],
	['a VM that needs a person', {needsAttention: 1}, 1],
	['a stale lock', {staleLocks: 1}, 1],
	['a degraded cluster', {clusters: [{name: 'fra1', state: 'degraded'}]}, 1],
	['nobody leading', {hasLeader: false}, 2],
	['an unreachable cluster', {clusters: [{name: 'fra1', state: 'unreachable'}]}, 2],
	['a critical incident', {incidents: [incident]}, 2],
	['a critical incident that somebody knows of', {incidents: [known(null)], clusters: [{name: 'fra1', state: 'unreachable'}]}, 1],
	['a critical incident that somebody knew of until just now', {incidents: [known(999)]}, 2],
	['a warning', {incidents: [{...incident, severity: 'warning'}]}, 1],
])('%s is judged as a monitoring check would', (_what, signs, severity) => {
	expect(judgeSeverity({...well, ...signs})).toBe(severity);
});
