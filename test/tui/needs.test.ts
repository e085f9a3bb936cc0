import {describe, expect, it} from 'vitest';
import {countAttention, listNeeds} from '../../source/tui/needs.js';
import {decideLeading, type LeadingFacts} from '../../source/tui/leading.js';
import {effectsOf, press, stateWith} from './support/states.js';
import {fixedNow, fixedOverview} from './support/fixed-overview.js';

describe('what needs a person', () => {
	it('stands there once, with the command that helps', () => {
		expect(listNeeds(fixedOverview, fixedNow).map(({id, command}) => [id, command])).toEqual([
			['incident:4', 'cronsole maintenance on ams1/pve3'],
			['vm:102', 'qm unlock 102'],
			['vm:103', 'cronsole pool list'],
			['install:7', 'cronsole install retry 7'],
			['lock:task:restore_backup', 'cronsole --clear-locks=restore_backup'],
		]);
	});

	it('is counted apart from incidents, and what was acknowledged is not counted', () => {
		expect(countAttention(fixedOverview, fixedNow)).toEqual({needs: 3, incidents: 1});
	});

	it('is acknowledged, tried again and cleared from its row', () => {
		const page = press(stateWith(), ['!']);
		expect(effectsOf(press(page, ['a']))).toMatchObject([{kind: 'acknowledge', incident: {id: 4}}]);
		expect(effectsOf(press(page, ['j', 'a']))).toMatchObject([{kind: 'acknowledge', incident: {id: 5}}]);
		expect(effectsOf(press(page, ['j', 't']))).toEqual([{kind: 'retry-vm', id: 102}]);
		expect(effectsOf(press(page, ['j', 'j', 'j', 't']))).toEqual([{kind: 'retry-install', id: 7, version: 9}]);
		expect(effectsOf(press(page, ['G', 'c']))).toEqual([{kind: 'clear-lock', lock: 'task:restore_backup', isForced: false}]);
		expect(effectsOf(press(page, ['j', 'y']))).toEqual([{kind: 'copy', text: 'qm unlock 102'}]);
	});
});

describe('who leads', () => {
	const nobody = {
		...fixedOverview, leader: null, lastLeader: null, sessions: fixedOverview.sessions.filter(({kind}) => kind === 'screen'),
	};
	const daemon = fixedOverview.sessions[0]!;
	const facts: LeadingFacts = {
		overview: nobody, mode: 'auto', isReadOnly: false, isStarted: false, isDeclined: false, leaderlessMs: null,
	};

	it('is this console where it finds nobody', () => {
		expect(decideLeading(facts)).toBe('lead');
	});

	it('is asked about where a daemon led last, save with --lead', () => {
		const overview = {...nobody, lastLeader: daemon};
		expect(decideLeading({...facts, overview})).toBe('ask');
		expect(decideLeading({...facts, overview, isDeclined: true})).toBe('nothing');
		expect(decideLeading({...facts, overview, mode: 'lead'})).toBe('lead');
	});

	it('is never this console with --watch or --read-only', () => {
		expect(decideLeading({...facts, mode: 'watch'})).toBe('nothing');
		expect(decideLeading({...facts, isReadOnly: true})).toBe('nothing');
		expect(decideLeading({...facts, isReadOnly: true, mode: 'lead'})).toBe('nothing');
	});

	it('is left to those who stand by for a while', () => {
		expect(decideLeading({...facts, leaderlessMs: 1000})).toBe('nothing');
		expect(decideLeading({...facts, leaderlessMs: 6000})).toBe('lead');
		expect(decideLeading({...facts, overview: {...nobody, sessions: [{...daemon, kind: 'console'}]}})).toBe('nothing');
	});

	it('is a daemon as soon as there is one', () => {
		const overview = {...nobody, sessions: [daemon]};
		expect(decideLeading({...facts, overview})).toBe('nothing');
		expect(decideLeading({...facts, overview, isStarted: true})).toBe('hand-over');
		expect(decideLeading({...facts, isStarted: true})).toBe('nothing');
	});
});
