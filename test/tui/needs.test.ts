import {describe, expect, it} from 'vitest';
import {countAttention, findUrgent, listNeeds} from '../../source/tui/needs.js';
import {decideLeading, type LeadingFacts} from '../../source/tui/leading.js';
import {type Overview} from '../../source/tui/state.js';
import {
	effectsOf,
	painted,
	press,
	stateWith,
} from './support/states.js';
import {fixedNow, fixedOverview} from './support/fixed-overview.js';

describe('what needs a person', () => {
	it('stands there once, with the command that helps, the most urgent first and what was acknowledged last', () => {
		expect(listNeeds(fixedOverview, fixedNow).map(({id, command}) => [id, command])).toEqual([
			['vm:102', 'qm unlock 102'],
			['vm:103', 'cronsole pool list'],
			['install:7', 'cronsole install retry 7'],
			['incident:4', 'cronsole maintenance on ams1/pve3'],
			['lock:task:restore_backup', 'cronsole --clear-locks=restore_backup'],
		]);
	});

	it('is counted apart from incidents, and what was acknowledged is not counted', () => {
		expect(countAttention(fixedOverview, fixedNow)).toEqual({needs: 3, incidents: 1});
	});

	it('is acknowledged, tried again and cleared from its row', () => {
		const page = press(stateWith(), ['!']);
		expect(effectsOf(press(page, ['j', 'j', 'j', 'a']))).toMatchObject([{kind: 'acknowledge', incident: {id: 4}}]);
		expect(effectsOf(press(page, ['a']))).toMatchObject([{kind: 'acknowledge', incident: {id: 5}}]);
		expect(effectsOf(press(page, ['t']))).toEqual([{kind: 'retry-vm', id: 102}]);
		expect(effectsOf(press(page, ['j', 'j', 't']))).toEqual([{kind: 'retry-install', id: 7, version: 9}]);
		expect(effectsOf(press(page, ['G', 'c']))).toEqual([{
			kind: 'clear-lock', lock: 'task:restore_backup', fence: 41, isForced: false,
		}]);
		expect(effectsOf(press(page, ['y']))).toEqual([{kind: 'copy', text: 'qm unlock 102'}]);
	});
});

describe('the most urgent need', () => {
	const urgent = (overview: Partial<Overview>) => findUrgent({...fixedOverview, ...overview}, fixedNow);

	it('is what alarms, then what is only wrong, then nothing', () => {
		expect(urgent({})?.id).toBe('vm:102');
		expect(urgent({vmsInWork: []})?.id).toBe('install:7');
		expect(urgent({vmsInWork: [], installs: [], incidents: fixedOverview.incidents.slice(0, 1)})?.id).toBe('incident:4');
		expect(urgent({vmsInWork: [], installs: [], incidents: fixedOverview.incidents.slice(2)})).toBeUndefined();
	});

	it('is a cluster that cannot be reached before all VMs', () => {
		const [incident] = fixedOverview.incidents;
		const broken = {...incident!, key: 'cluster:fra1:unreachable', severity: 'critical'} as const;
		expect(urgent({incidents: [broken]})?.id).toBe('incident:4');
	});
});

describe('leading later', () => {
	const vacant = {...fixedOverview, leader: null};

	it('is a key wherever nobody leads, after a question', () => {
		const asked = painted(press(stateWith({overview: vacant}), ['L']));
		expect(asked.overlay).toMatchObject({kind: 'question', focus: 'cancel', question: {title: 'Lead here?'}});
		expect(effectsOf(press(asked, ['y'], 1000))).toEqual([{kind: 'lead'}]);
		expect(listNeeds(vacant, fixedNow)[0]).toMatchObject({why: 'nobody leads: nothing runs', command: 'cronsole --daemon'});
	});

	it('is refused where somebody leads and in a read-only session', () => {
		expect(press(stateWith(), ['L']).notice?.text).toContain('somebody leads already');
		expect(press(stateWith({overview: vacant, isReadOnly: true}), ['L']).notice?.text).toContain('read-only');
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
