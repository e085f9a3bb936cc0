/* eslint unicorn/max-nested-calls: off -- a story of keys reads best as one call in another */
import {
	describe,
	expect,
	it,
	test,
} from 'vitest';
import {verbs, type Verb} from '../../source/intents/verbs.js';
import {
	findVerbIn,
	hereOf,
	isLine,
	joinWords,
	needsWords,
	paletteStart,
	prefill,
	remembered,
	splitLine,
} from '../../source/tui/command-line.js';
import {type Listing, type ListRow} from '../../source/tui/listing.js';
import {reduce} from '../../source/tui/reduce.js';
import {type State} from '../../source/tui/state.js';
import {fixedOverview} from './support/fixed-overview.js';
import {press, stateWith} from './support/states.js';

describe('a line', () => {
	test.each([
		['vm show v101', ['vm', 'show', 'v101']],
		['  vm   show  v101 ', ['vm', 'show', 'v101']],
		['cronsole vm retry v101', ['vm', 'retry', 'v101']],
		['hold --reason \'new disks\'', ['hold', '--reason', 'new disks']],
		[String.raw`hold --reason "it's \"late\""`, ['hold', '--reason', 'it\'s "late"']],
		[String.raw`hold --reason=a\ b`, ['hold', '--reason=a b']],
		['find \'\' "" x', ['find', '', '', 'x']],
		['find $HOME `id` * ~ ; | > a', ['find', '$HOME', '`id`', '*', '~', ';', '|', '>', 'a']],
		[String.raw`find "C:\x"`, ['find', String.raw`C:\x`]],
		['', []],
	])('%j is taken apart as a shell would, with nothing expanded', (line, words) => {
		expect(splitLine(line)).toEqual({words});
	});

	test.each(['hold --reason "new', 'hold --reason \'new', 'hold \\'])('%j is told what has no end', line => {
		expect(splitLine(line)).toEqual({problem: expect.stringMatching(/has no end|nothing stands behind/) as string});
	});

	it('is put together so that it comes apart again', () => {
		for (const words of [['vm', 'show', 'it\'s'], ['', 'a b', '"', '\\', '$x', 'é', '--a=b c'], ['\'\'', '\n']]) {
			expect(splitLine(joinWords(words))).toEqual({words});
		}
	});

	it('begins with the longest verb that fits, once a space stands behind it', () => {
		expect(findVerbIn('hold off')?.verb.name).toBe('hold off');
		expect(findVerbIn('hold --reason off')?.verb.name).toBe('hold');
		expect(findVerbIn('cronsole  vm   show v1')).toMatchObject({verb: {name: 'vm show'}, rest: 'v1'});
		expect(findVerbIn('vm shower')).toBeUndefined();
		expect(findVerbIn('vm')).toBeUndefined();
		expect([isLine('vm show'), isLine('vm show '), isLine('--list'), isLine('vm sh')]).toEqual([false, true, true, false]);
	});

	it('is known as every verb of the table', () => {
		for (const {name} of verbs) {
			expect(findVerbIn(`${name} x`)).toMatchObject({verb: {name}, rest: 'x'});
		}
	});
});

const verbOf = (name: string): Verb => (verbs as readonly Verb[]).find(verb => verb.name === name)!;

/** A view with one row of a kind. */
const viewWith = (view: NonNullable<State['view']>, about: unknown): State => {
	const row = {
		id: 'x', words: '', keys: [0, 0, 0, 0, 0], about,
	} as unknown as ListRow;
	const listing: Listing = {
		rows: [row], total: 1, summary: '', readAt: 0,
	};
	return reduce({...stateWith(), view}, {kind: 'listing', view, listing});
};

describe('the row under the cursor', () => {
	it('is put behind the verbs that it is good for', () => {
		const task = stateWith();
		expect(prefill(verbOf('task run'), hereOf(task))).toBe('task run process_vms ');
		expect(prefill(verbOf('lock clear'), hereOf(task))).toBe('lock clear process_vms ');
		expect(prefill(verbOf('vm show'), hereOf(task))).toBe('vm show ');
		const vm = press(task, ['tab', 'j', 'j']);
		expect(prefill(verbOf('vm suspend'), hereOf(vm))).toBe('vm suspend v101 ');
		expect(prefill(verbOf('backup restore'), hereOf(vm))).toBe('backup restore v101 ');
		expect(prefill(verbOf('dns set'), hereOf(vm))).toBe('dns set v101 ');
		expect(prefill(verbOf('address release'), hereOf(vm))).toBe('address release ');
		expect(prefill(verbOf('mail resend'), hereOf(vm))).toBe('mail resend ');
		const install = press(task, ['tab', 'tab']);
		expect(prefill(verbOf('install drop'), hereOf(install))).toBe('install drop i7 ');
		expect(prefill(verbOf('account suspend'), hereOf(install))).toBe('account suspend i7 ');
		expect(prefill(verbOf('vm stop'), hereOf(install))).toBe('vm stop ');
	});

	it('is a backup or a snapshot with its VM, in the words of the command line', () => {
		const backup = viewWith('backups', {kind: 'backup', line: {id: 12, vmId: 101}});
		expect(prefill(verbOf('backup restore'), hereOf(backup))).toBe('backup restore v101 b12 ');
		expect(prefill(verbOf('vm show'), hereOf(backup))).toBe('vm show v101 ');
		const snapshot = viewWith('backups', {kind: 'snapshot', line: {id: 5, vmId: 101, name: 'it\'s mine'}});
		expect(prefill(verbOf('snapshot rollback'), hereOf(snapshot))).toBe(String.raw`snapshot rollback v101 'it'\''s mine' `);
		expect(splitLine(prefill(verbOf('snapshot rollback'), hereOf(snapshot)))).toEqual({words: ['snapshot', 'rollback', 'v101', 'it\'s mine']});
	});

	it('is an incident for what acknowledges it', () => {
		expect(prefill(verbOf('ack'), hereOf(press(stateWith(), ['!', 'j', 'j', 'j'])))).toBe('ack 4 ');
		expect(prefill(verbOf('ack'), hereOf(stateWith()))).toBe('ack ');
	});

	it('is the VM that an incident is about', () => {
		const [first] = fixedOverview.incidents;
		const overview = {...fixedOverview, incidents: [{...first!, key: 'dns:vm:102:foreign'}]};
		const states = Array.from({length: 6}, (_, row) => press(stateWith({overview}), ['!', ...'j'.repeat(row)]));
		expect(states.map(state => prefill(verbOf('dns adopt'), hereOf(state)))).toContain('dns adopt v102 ');
	});

	it('begins the palette with what helps on the page of an incident too', () => {
		const [first] = fixedOverview.incidents;
		const overview = {...fixedOverview, incidents: [{...first!, key: 'dns:vm:102:foreign', command: 'cronsole dns set v102'}]};
		const starts = Array.from({length: 6}, (_, row) => paletteStart(press(stateWith({overview}), ['!', ...'j'.repeat(row), 'enter'])));
		expect(starts).toContain('dns set v102');
	});

	it('that needs a person begins the palette with the command that helps, if it is one of ours', () => {
		expect(paletteStart(stateWith())).toBe('');
		const starts = Array.from({length: 6}, (_, row) => paletteStart(press(stateWith(), ['!', ...'j'.repeat(row)])));
		expect(starts).toContain('lock clear restore_backup');
		expect(starts).toContain('install retry 7');
		expect(starts.join(' ')).not.toContain('qm unlock');
		expect(paletteStart(press(stateWith({isReadOnly: true}), ['!', 'G']))).toBe('');
	});
});

describe('lines that were run', () => {
	it('are kept, fifty of them, none twice in a row, none with a secret', () => {
		expect(remembered(['a'], 'b')).toEqual(['a', 'b']);
		expect(remembered(['a'], 'a')).toEqual(['a']);
		expect(remembered(['a'], 'vm create --root-password=x')).toEqual(['a']);
		expect(remembered(Array.from({length: 50}, (_, index) => `l${index}`), 'new')).toHaveLength(50);
	});

	it('are told from those that want more words', () => {
		expect(['vm show', 'task interval', 'vm suspend'].every(name => needsWords(verbOf(name)))).toBe(true);
		expect(['hold', 'vm list', 'status', 'vm create', 'activity', 'usage'].some(name => needsWords(verbOf(name)))).toBe(false);
	});
});
