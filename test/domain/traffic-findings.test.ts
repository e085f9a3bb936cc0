import {describe, expect, test} from 'vitest';
import {findTrafficFindings, presentMonths, type HeavyUse} from '../../source/domain/traffic-findings.js';

const now = Date.UTC(2026, 10, 30, 20);
const utc = {timezone: 'UTC'};

const use = (gigabytes: number, own: Partial<HeavyUse['vm']> = {}, month = '2026-11'): HeavyUse => ({
	vm: {
		id: 12, hostname: 'web1.example.net', timezone: null, package: {trafficGb: 1000}, ...own,
	}, month, bytesIn: 0, bytesOut: gigabytes * 1e9,
});

describe('a VM\'s month', () => {
	test.each([
		[799, []],
		[800, ['vm:12:traffic-80']],
		[999, ['vm:12:traffic-80']],
		[1000, ['vm:12:traffic-100']],
	])('with %i of 1000 GB used', (gigabytes, keys) => {
		expect(findTrafficFindings([use(gigabytes)], utc, now).map(({key}) => key)).toEqual(keys);
	});

	test('says what was used up, and which command shows it', () => {
		expect(findTrafficFindings([use(1200)], utc, now)).toEqual([{
			key: 'vm:12:traffic-100', severity: 'warning', cause: 'web1.example.net (v12) has used all of its 1000 GB of traffic of 2026-11', command: 'cronsole usage', affects: 1,
		}]);
	});

	test('is measured by what it is charged by', () => {
		const heavy = {...use(700), bytesIn: 300e9};
		expect(findTrafficFindings([heavy], utc, now)).toMatchObject([{key: 'vm:12:traffic-100'}]);
		expect(findTrafficFindings([{...heavy, vm: {...heavy.vm, package: {trafficGb: 1000, traffic: {count: 'max'}}}}], utc, now)).toEqual([]);
	});

	test('is the present one of its zone: in Tokyo December has begun', () => {
		expect(findTrafficFindings([use(900, {timezone: 'Asia/Tokyo'})], utc, now)).toEqual([]);
		expect(findTrafficFindings([use(900, {timezone: 'Asia/Tokyo'}, '2026-12')], utc, now)).toHaveLength(1);
		expect(presentMonths(now)).toEqual(['2026-11', '2026-12']);
		expect(presentMonths(Date.UTC(2026, 10, 15))).toEqual(['2026-11']);
	});
});

test('eleven VMs at the same level are one incident, ten are ten', () => {
	const many = (count: number) => Array.from({length: count}, (_, index) => use(850, {id: index}));
	expect(findTrafficFindings(many(10), utc, now)).toHaveLength(10);
	expect(findTrafficFindings([...many(11), use(2000, {id: 99})], utc, now)).toEqual([
		expect.objectContaining({key: 'vm:99:traffic-100'}),
		{
			key: 'traffic:collect_statistics:traffic-80', severity: 'warning', cause: 'VMs have used 80 % of their traffic of 2026-11', command: 'cronsole usage', affects: 11,
		},
	]);
});
