/* eslint unicorn/max-nested-calls: off -- a story of keys reads best as one call in another */
import {setTimeout as sleep} from 'node:timers/promises';
import {expect, it} from 'vitest';
import {startSitePanel} from '../../support/site-panel.js';
import {answerForm} from '../../../source/tui/forms/answer-form.js';
import {submitForm} from '../../../source/tui/forms/submit-form.js';
import {type State} from '../../../source/tui/state.js';
import {
	createWorld,
	fill,
	formIn,
	goTo,
	opened,
	perform,
	press,
	retype,
} from './world.js';

const sendButton = 12;

/** A world with a panel that is really a program. */
const createInstalling = async () => {
	const panel = await startSitePanel();
	const world = await createWorld({panels: `    web1: {kind: command, command: ${JSON.stringify(panel.command)}, timeout: 10s}\n    whm1: {kind: whm, url: "https://web3.example.net:2087", user: root, token: x}\n`});
	return {...world, panel};
};

/** Everything that has no suggestion, with the cursor on the button. */
const complete = [null, 's', 'shop.example.org', null, 'starter', 'ada@example.org', 'Ada', 'My shop', 'ada', null, null, null] as const;

const sent = (state: State): State => press(fill(state, ...complete), 'enter');

it('orders the site and makes its account at once', async () => {
	const world = await createInstalling();
	const {state, said} = await perform(world, sent(await opened(world, 'install')));
	expect(said).toEqual(['i1 shop.example.org is ordered; its account shop is being made on web1']);
	expect(state.overlay).toBeNull();
	expect(state.notice).toMatchObject({level: 'good', text: 'i1 shop.example.org ordered, the account shop on web1 is active; nobody leads: it starts once somebody does'});
	await expect(world.app.read.installs.find(1)).resolves.toMatchObject({
		reference: 'shop.example.org', panel: 'web1', application: 'static', domain: 'shop.example.org', account: 'shop', plan: 'starter', client: {name: 'Ada', email: 'ada@example.org'}, title: 'My shop',
		adminUser: 'ada', adminEmail: 'ada@example.org', url: 'domain', position: 'account', accountState: 'active',
	});
	expect(world.panel.asked()).toEqual(['create-account']);
	const again = await perform(world, sent(await opened(world, 'install')));
	expect([again.state.notice?.text, again.said, world.panel.asked()]).toEqual([expect.stringMatching(/^i1 shop\.example\.org was ordered before; it is pending, the account shop on web1 is active/), [], []]);
});

it('says that an account is not made yet, and when it is tried again', async () => {
	const world = await createInstalling();
	world.panel.play('before-create-account', 'echo "the disk is full" >&2; exit 75');
	const {state} = await perform(world, sent(await opened(world, 'install')));
	expect(state.overlay).toBeNull();
	expect(state.notice).toMatchObject({level: 'bad', text: expect.stringMatching(/^i1 shop\.example\.org is ordered, but the account shop is not made yet: the disk is full; it is tried again in \d+s once somebody leads/)});
});

it('says that the panel will never take it', async () => {
	const world = await createInstalling();
	world.panel.play('before-create-account', 'echo "the name shop is taken" >&2; exit 65');
	const {state} = await perform(world, sent(await opened(world, 'install')));
	expect(state.notice).toMatchObject({level: 'bad', text: 'i1 shop.example.org failed: the name shop is taken; once that is mended: cronsole install retry 1'});
});

it('lets go of the screen while the account is made, and says how it went', async () => {
	const world = await createInstalling();
	world.panel.play('before-create-account', 'sleep 0.5');
	const asked = sent(await opened(world, 'install'));
	const [effect] = asked.effects.map(({effect}) => effect);
	const sending = effect?.kind === 'submit' ? submitForm(effect, world.app, {signal: new AbortController().signal, say: () => undefined}) : Promise.reject(new Error('nothing was sent'));
	expect(press(asked, 'x', 'enter', 'tab', 'ctrl-u')).toBe(asked);
	const left = press(asked, 'esc');
	expect([left.overlay, left.notice?.text]).toEqual([null, 'it goes on without the form; how it went is said here']);
	// Another one, opened meanwhile, is none of its business.
	const other = fill(await opened(world, 'install'), null, null, 'blog.example.org');
	const after = answerForm(other, await sending);
	expect(formIn(after)).toBe(formIn(other));
	expect(after.notice).toMatchObject({level: 'good', text: expect.stringContaining('i1 shop.example.org ordered')});
});

it('stops waiting when the console ends, and whoever comes next finds the account', async () => {
	const world = await createInstalling();
	world.panel.play('before-create-account', 'exec sleep 30');
	const stopping = new AbortController();
	const performed = perform(world, sent(await opened(world, 'install')), stopping.signal);
	await sleep(300);
	stopping.abort();
	expect((await performed).state.notice).toMatchObject({level: 'bad', text: expect.stringContaining('i1 shop.example.org is ordered, but the account shop is not made yet')});
	expect((await perform(world, sent(await opened(world, 'install')))).state.notice?.text).toMatch(/^i1 shop\.example\.org was ordered before; it is pending, the account shop on web1 is active/);
});

it('suggests the account as the panel takes it, the administrator\'s address and the front page, until others are typed', async () => {
	const world = await createInstalling();
	const valuesFor = async (domain: string, panel = 'web1') => formIn(fill(await opened(world, 'install'), panel === 'web1' ? null : 'wh', null, domain)).values;
	expect(await valuesFor('www.Shop.example.org')).toMatchObject({account: 'shop', reference: 'www.shop.example.org'});
	expect(await valuesFor('1st-shop.example.org')).toMatchObject({account: 'st-shop'});
	expect(await valuesFor('1st-shop.example.org', 'whm1')).toMatchObject({panel: 'whm1', account: 'stshop'});
	const filled = fill(await opened(world, 'install'), ...complete);
	expect(formIn(filled).values.adminEmail).toBe('ada@example.org');
	const own = retype(goTo(retype(goTo(retype(goTo(filled, 9), 'max@example.org'), 5), 'eve@example.org'), 2), 'blog.example.org');
	expect(formIn(own).values).toMatchObject({adminEmail: 'max@example.org', account: 'blog', reference: 'blog.example.org'});
	const typed = retype(goTo(retype(goTo(own, 3), 'site'), 2), 'news.example.org');
	expect(formIn(typed).values.account).toBe('site');
});

it('refuses what the command refuses, in its words', async () => {
	const world = await createInstalling();
	const wrong = press(fill(await opened(world, 'install'), 'whm1'.slice(0, 2), null, 'shop_1', 'A b', null, 'ada', null, null, 'a b', null, null, 'i12'), 'enter');
	expect(formIn(wrong)).toMatchObject({
		field: 2, problems: {
			domain: 'must be a DNS name: labels of letters, digits and hyphens, at most 63 each and 253 in all',
			account: 'must be a login name: a small letter first, then small letters, digits, _ and -, at most 32',
			'client.email': 'must be an e-mail address', adminEmail: 'must be an e-mail address',
			adminUser: 'must be a login name: a letter or digit first, then also . _ - @, at most 60',
		},
	});
	const refused: unknown = await world.app.intents.addInstall({
		reference: 'whmcs-1', panel: 'web1', application: 'static', domain: 'shop_1', account: 'A b', client: {email: 'ada'}, title: '', adminUser: 'a b', adminEmail: 'ada',
	}).catch((error: unknown) => error);
	for (const [name, text] of Object.entries(formIn(wrong).problems).filter(([name]) => name !== 'reference')) {
		expect((refused as Error).message).toContain(`${name}: ${text}`);
	}

	const whm = press(retype(goTo(fill(press(await opened(world, 'install'), 'right'), ...complete), 3), 'my-shop'), ...Array.from({length: sendButton - 3}, () => 'tab'), 'enter');
	expect(formIn(whm)).toMatchObject({field: 3, problems: {account: 'my-shop is no name for a cPanel account; choose one of at most 16 small letters and digits, a letter first'}});
});

it('says beside the field whose the account is', async () => {
	const world = await createInstalling();
	await perform(world, sent(await opened(world, 'install')));
	const other = retype(goTo(retype(goTo(fill(await opened(world, 'install'), ...complete), 2), 'shop.example.com'), 3), 'shop');
	const {state} = await perform(world, press(goTo(other, sendButton), 'enter'));
	expect(formIn(state)).toMatchObject({field: 3, problems: {account: expect.stringMatching(/^shop on web1 belongs to i1 \(reference shop\.example\.org\); choose another, or end its account first/)}});
});
