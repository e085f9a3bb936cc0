/* eslint unicorn/max-nested-calls: off -- a story of keys reads best as one call in another */
import {describe, expect, it} from 'vitest';
import {answerForm} from '../../../source/tui/forms/answer-form.js';
import {openForm} from '../../../source/tui/forms/reduce-form.js';
import {createTheme} from '../../../source/tui/theme.js';
import {
	drawn,
	installAt,
	scheduleAt,
	sizes,
	vmAt,
	wrong,
} from './screens.js';
import {
	draw,
	fill,
	formIn,
	goTo,
	press,
	stateOf,
} from './world.js';

describe('at 60 × 16', () => {
	it('a VM', async () => {
		expect(await drawn(await vmAt(sizes.small))).toMatchInlineSnapshot(`
			"
			  ┌ Order a VM  1/13 ────────────────────────────────────┐
			  │ ▸  Hostname *                                        │
			  │    Reference *                                       │
			  │    Cluster *    ‹ fra1 ›                             │
			  │    Template *   ‹ debian-12 ›                        │
			  │    Package *    ‹ kvm-s ›                            │
			  │    Cores                                             │
			  │    Memory (MiB)                                      │
			  │ A DNS name, such as web1.example.net.                │
			  │                                                      │
			  │                                                      │
			  │   Order       Cancel                                 │
			  └ * needed  tab moves  left/right choose  esc closes ──┘
			"
		`);
		expect(await drawn(goTo(await vmAt(sizes.small), 3))).toMatchInlineSnapshot(`
			"
			  ┌ Order a VM  4/13 ────────────────────────────────────┐
			  │  ! Reference *                                       │
			  │    is missing                                        │
			  │    Cluster *    ‹ fra1 ›                             │
			  │ ▸  Template *   ‹ debian-12 ›                        │
			  │    Package *    ‹ kvm-s ›                            │
			  │    Cores                                             │
			  │    Memory (MiB)                                      │
			  │ debian-12  ubuntu-24                                 │
			  │                                                      │
			  │                                                      │
			  │   Order       Cancel                                 │
			  └ * needed  tab moves  left/right choose  esc closes ──┘
			"
		`);
		expect(await drawn(wrong(await vmAt(sizes.small)))).toMatchInlineSnapshot(`
			"
			  ┌ Order a VM  1/13 ────────────────────────────────────┐
			  │ ▸! Hostname *   web_1                                │
			  │    must be a DNS name: labels of letters, digits an… │
			  │    Reference *  web_1                                │
			  │    Cluster *    ‹ fra1 ›                             │
			  │    Template *   ‹ debian-12 ›                        │
			  │    Package *    ‹ kvm-s ›                            │
			  │    Cores                                             │
			  │ ! must be a DNS name: labels of letters, digits      │
			  │ and hyphens, at most 63 each and 253 in all          │
			  │                                                      │
			  │   Order       Cancel                                 │
			  └ * needed  tab moves  left/right choose  esc closes ──┘
			"
		`);
		expect(await drawn(goTo(await vmAt(sizes.small), 13))).toMatchInlineSnapshot(`
			"
			  ┌ Order a VM  13/13 ───────────────────────────────────┐
			  │  ! Client *                                          │
			  │    is missing                                        │
			  │  ! E-mail *                                          │
			  │    is missing                                        │
			  │    User                                              │
			  │    SSH key                                           │
			  │    Mail *       ‹ yes ›                              │
			  │ enter sends it                                       │
			  │                                                      │
			  │                                                      │
			  │ [ Order ]     Cancel                                 │
			  └ * needed  tab moves  left/right choose  esc closes ──┘
			"
		`);
	});

	it('an install', async () => {
		expect(await drawn(await installAt(sizes.small))).toMatchInlineSnapshot(`
			"
			  ┌ Order an install  4/12 ──────────────────────────────┐
			  │    Panel *           ‹ web1 ›                        │
			  │    Application *     ‹ wordpress ›                   │
			  │    Domain *          shop.example.org                │
			  │ ▸  Account *         shop                            │
			  │    Plan                                              │
			  │    Client's e-mail *                                 │
			  │    Client                                            │
			  │ The hosting account on the panel; it is made at      │
			  │ once.                                                │
			  │                                                      │
			  │   Order       Cancel                                 │
			  └ * needed  tab moves  left/right choose  esc closes ──┘
			"
		`);
	});

	it('a schedule', async () => {
		expect(await drawn(press(await scheduleAt(sizes.small), 'up', 'up', 'enter'))).toMatchInlineSnapshot(`
			"
			  ┌ Scheduled backups of web1.example.net (Europe/Berli… ┐
			  │    Tuesday                                           │
			  │    Wednesday                                         │
			  │ ▸! Thursday  25:00                                   │
			  │    must be a time of day such as "02:30"             │
			  │    Friday                                            │
			  │    Saturday                                          │
			  │    Sunday                                            │
			  │ ! must be a time of day such as "02:30"              │
			  │                                                      │
			  │                                                      │
			  │   Set       Cancel                                   │
			  └ * needed  tab moves  left/right choose  esc closes ──┘
			"
		`);
	});
});

it('shows the end of what is too long, and what is typed or read from elsewhere harms no line', async () => {
	const state = await stateOf(sizes.small);
	const long = await draw(press(goTo(openForm(state, 'vm', null), 11), ...`ssh-ed25519 ${'A'.repeat(80)} ada`));
	expect(long.find(line => line.includes('SSH key'))).toMatch(/SSH key +…A+ ada +│/);
	const hostile = answerForm(openForm(state, 'schedule', 'v101'), {
		kind: 'filled', form: 'schedule', about: 'v101', values: {
			hostname: '\u{1B}[31mred\n\u{202E}web', zone: 'UTC', packageSays: '', mode: 'none',
		},
	});
	const lines = await draw(hostile);
	expect(lines.join('\n')).toMatch(/Scheduled backups of red ⏎ web \(UTC\) ─+┐\n/);
	const sent = {...hostile, overlay: {...formIn(hostile), isSending: true}};
	const refused = answerForm(sent, {
		kind: 'problems', form: 'schedule', sent: formIn(sent).values, problems: {'': `\u{1B}]52;c;eA==\u{7}no ${'such VM '.repeat(100)}`},
	});
	const told = await draw(press(refused, 'up', 'left'));
	expect(told.filter(line => line.includes('such VM'))).toHaveLength(3);
	expect(told.join('')).toMatch(/! no such VM .*…/);
});

it('needs neither colour nor more than ASCII', async () => {
	const state = await stateOf(sizes.small);
	const lines = await draw(wrong(openForm(state, 'vm', null)), createTheme({isAscii: true, isColour: false}));
	expect(lines.join('\n')).toMatch(/^[\n\u{20}-\u{7E}]+$/u);
	expect(lines.join('\n')).toContain('< fra1 >');
	expect(lines.join('\n')).toContain('! Hostname *');
});

it('says that it is being sent, and that leaving does not stop it', async () => {
	const state = await stateOf(sizes.small);
	const sending = press(goTo(fill(openForm(state, 'vm', null), 'web1.example.net', null, null, null, null, null, null, null, 'Ada', 'ada@example.org'), 13), 'enter');
	expect((await draw(sending)).join('\n')).toContain('being sent; esc closes the form, and it goes on');
});
