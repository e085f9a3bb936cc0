import {expect, test} from 'vitest';
import {createKeptLook} from '../../source/scheduler/kept-look.js';
import {makeClock} from '../store/support/temporary-store.js';

/** Counts its looks, and finds their number. */
const create = () => {
	const clock = makeClock();
	let looks = 0;
	const look = createKeptLook({
		clock, tables: ['vms', 'backups'], atMostEveryMs: 10_000,
		async look(_settings: object) {
			looks++;
			return looks;
		},
	});
	return {clock, look};
};

const settings = {};
const stamps = {vms: 1, backups: 1, activity: 1};

test('while none of its tables changes, what was found stays, and is fresh', async () => {
	const {clock, look} = create();
	expect(await look(stamps, settings)).toEqual({found: 1, isFresh: true});
	clock.pass(60_000);
	expect(await look({...stamps, activity: 2}, settings)).toEqual({found: 1, isFresh: true});
});

test('a change is looked at once the time between two looks is over, and until then what is known is not fresh', async () => {
	const {clock, look} = create();
	await look(stamps, settings);
	clock.pass(9999);
	expect(await look({...stamps, backups: 2}, settings)).toEqual({found: 1, isFresh: false});
	clock.pass(1);
	expect(await look({...stamps, backups: 2}, settings)).toEqual({found: 2, isFresh: true});
	clock.pass(1);
	expect(await look({...stamps, backups: 2}, settings)).toEqual({found: 2, isFresh: true});
});

test('a new config and much time are looked at too', async () => {
	const {clock, look} = create();
	await look(stamps, settings);
	clock.pass(10_000);
	expect(await look(stamps, {})).toEqual({found: 2, isFresh: true});
	clock.pass(299_999);
	expect(await look(stamps, settings)).toEqual({found: 3, isFresh: true});
	clock.pass(300_000);
	expect(await look(stamps, settings)).toEqual({found: 4, isFresh: true});
});
