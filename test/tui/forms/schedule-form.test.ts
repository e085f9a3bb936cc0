/* eslint unicorn/max-nested-calls: off -- a story of keys reads best as one call in another */
import {expect, it} from 'vitest';
import {openForm} from '../../../source/tui/forms/reduce-form.js';
import {formOf} from '../../../source/tui/forms/all-forms.js';
import {fieldsOf} from '../../../source/tui/forms/form-values.js';
import {
	createWorld,
	fill,
	formIn,
	goTo,
	opened,
	perform,
	press,
	retype,
	type World,
} from './world.js';

const order = async ({app}: World, more: Readonly<Record<string, unknown>> = {}): Promise<string> => {
	const {vm} = await app.intents.createVm({
		reference: 'whmcs-1', hostname: 'web1.example.net', cluster: 'fra1', template: 'debian-12', package: 'kvm-s', client: {name: 'Ada', email: 'ada@example.org'}, ...more,
	});
	return `v${vm.id}`;
};

const backupOf = async ({app}: World, id = 101) => (await app.read.vms.get(id)).backup;

it('shows what the package says, and sets own times beginning with those', async () => {
	const world = await createWorld();
	const vm = await order(world);
	const state = await opened(world, 'schedule', vm);
	expect(formOf('schedule').title(formIn(state).values)).toBe('Scheduled backups of web1.example.net (Europe/Berlin)');
	expect(formIn(state).values).toMatchObject({mode: 'as the package says', packageSays: 'The package says: mon=02:30,thu=02:30.'});
	expect(fieldsOf(formIn(state)).map(({name}) => name)).toEqual(['mode']);
	const own = press(state, 'o');
	expect(formIn(own).values).toMatchObject({mode: 'own times', mon: '02:30', thu: '02:30'});
	const timed = fill(retype(press(own, 'tab'), '04:00'), null, '05:15', null, null, null, null, null);
	const {state: set} = await perform(world, press(timed, 'enter'));
	expect([set.overlay, set.notice?.level, set.notice?.text]).toEqual([null, 'good', 'web1.example.net: scheduled backups: mon=04:00,tue=05:15,thu=02:30']);
	await expect(backupOf(world)).resolves.toEqual({mon: '04:00', tue: '05:15', thu: '02:30'});
});

it('shows what was set for the VM, in its own zone, and goes back to the package or to none', async () => {
	const world = await createWorld();
	const vm = await order(world, {backup: {sun: '03:00'}, timezone: 'America/New_York'});
	const state = await opened(world, 'schedule', vm);
	expect(formOf('schedule').title(formIn(state).values)).toBe('Scheduled backups of web1.example.net (America/New_York)');
	expect(formIn(state).values).toMatchObject({mode: 'own times', sun: '03:00'});
	expect(formIn(state).values.mon).toBeUndefined();
	const {state: none} = await perform(world, press(press(state, 'n'), 'tab', 'enter'));
	expect(none.notice?.text).toBe('web1.example.net: scheduled backups: none');
	await expect(backupOf(world)).resolves.toEqual({});
	const again = await opened(world, 'schedule', vm);
	expect(formIn(again).values.mode).toBe('none');
	const {state: back} = await perform(world, press(press(again, 'a'), 'tab', 'enter'));
	expect(back.notice?.text).toBe('web1.example.net: scheduled backups: as the package says');
	await expect(backupOf(world)).resolves.toBeNull();
});

it('refuses what is no time of day, in the words of the intent, and own times without any', async () => {
	const world = await createWorld();
	const vm = await order(world);
	const wrong = press(fill(retype(press(press(await opened(world, 'schedule', vm), 'o'), 'tab'), '2:30'), null), 'enter');
	expect(formIn(wrong).problems).toEqual({mon: 'must be a time of day such as "02:30"'});
	await expect(world.app.intents.scheduleBackup(vm, {mon: '2:30'})).rejects.toThrow('mon: must be a time of day such as "02:30"');
	const sent = press(goTo(wrong, 8), 'enter');
	expect([formIn(sent).field, sent.effects]).toEqual([1, []]);
	const empty = press(goTo(retype(goTo(retype(goTo(wrong, 1), ''), 4), ''), 8), 'enter');
	expect(formIn(empty)).toMatchObject({field: 0, problems: {mode: 'no day has a time; write one, or choose none'}});
	await expect(backupOf(world)).resolves.toBeNull();
});

it('says where the package has no backups', async () => {
	const world = await createWorld();
	const state = await opened(world, 'schedule', await order(world, {package: 'kvm-0'}));
	expect(formIn(state).values.packageSays).toBe('The package has no backups: none is made, whatever stands here.');
});

it('is deaf while the VM is read, and closes with the reason where it cannot be', async () => {
	const world = await createWorld();
	const reading = openForm(world.state, 'schedule', 'v999');
	expect(reading.effects.map(({effect}) => effect)).toEqual([{kind: 'read-form', form: 'schedule', about: 'v999'}]);
	expect(press(reading, 'o', 'enter', 'tab')).toBe(reading);
	expect(press(reading, 'esc').overlay).toBeNull();
	const {state} = await perform(world, reading);
	expect([state.overlay, state.notice?.level, state.notice?.text]).toEqual([null, 'bad', 'there is no VM v999']);
	expect(openForm(world.state, 'schedule', null).notice?.text).toBe('Scheduled backups: choose a VM first');
});
