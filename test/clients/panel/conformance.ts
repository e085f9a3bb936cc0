import {
	afterAll,
	beforeAll,
	describe,
	expect,
	test,
} from 'vitest';
import {ClientError} from '../../../source/clients/client-error.js';
import {type Panel} from '../../../source/clients/panel/panel.js';
import {type PanelAction, type SiteState} from '../../../source/domain/panel.js';
import {createListener, password, requestOf} from './listener.js';

/** An account as it really is on the panel. */
export type TrueAccount = {readonly plan: string | null; readonly isSuspended: boolean; readonly site: SiteState};

/** A panel with no account yet, and a way behind our client's back. */
export type PanelUnderTest = {
	readonly panel: Panel;
	/** Null: it has no such account. */
	readonly look: (account: string) => TrueAccount | null;
	/** How many changes it was asked for. */
	readonly countChanges: () => number;
	/** From now on an install begins and gets no further. */
	readonly hold: () => void;
	readonly release: () => void;
	readonly close: () => Promise<void>;
};

/** What every kind of panel does alike. `open` undefined: left out, `title` says why. */
export const describePanel = (title: string, open: (() => Promise<PanelUnderTest>) | undefined): void => {
	describe.skipIf(open === undefined)(title, () => {
		let host: PanelUnderTest;
		beforeAll(async () => {
			host = await open!();
		});
		afterAll(async () => {
			await host?.close();
		});

		const ask = async (action: PanelAction, account: string, listener = createListener()) => host.panel.ask(requestOf(action, account), listener);

		test('finds that it can be used, and changes nothing by looking', async () => {
			const before = host.countChanges();
			await expect(host.panel.check()).resolves.toEqual([]);
			expect(host.countChanges()).toBe(before);
		});

		test('says that nothing is there where nothing is', async () => {
			await expect(ask('inspect', 'nobody')).resolves.toMatchObject({changed: [], state: {account: false, site: 'absent'}});
		});

		test('makes an account, and finds the second time that it is there', async () => {
			const {changed} = await ask('create-account', 'first');
			expect(changed).not.toEqual([]);
			expect(host.look('first')).toEqual({plan: 'starter', isSuspended: false, site: 'absent'});
			await expect(ask('create-account', 'first')).resolves.toMatchObject({changed: []});
			await expect(ask('inspect', 'first')).resolves.toMatchObject({state: {account: true, site: 'absent'}});
		});

		test('installs a site with progress and without a word of its password, and finds the second time that it is there', async () => {
			await ask('create-account', 'shop');
			const listener = createListener();
			const {changed, site} = await ask('install', 'shop', listener);
			expect(changed).not.toEqual([]);
			expect(site?.url).toMatch(/^https?:\/\/shop\.example\.org/);
			expect(listener.progress.length).toBeGreaterThan(0);
			expect(listener.progress.every(percent => percent >= 0 && percent <= 100)).toBe(true);
			expect(listener.text()).not.toContain(password);
			expect(host.look('shop')?.site).toBe('installed');
			await expect(ask('install', 'shop')).resolves.toMatchObject({changed: []});
			await expect(ask('inspect', 'shop')).resolves.toMatchObject({state: {account: true, site: 'installed'}});
		});

		test('archives a site and takes it away, whether it is there or not', async () => {
			await ask('create-account', 'gone');
			await ask('install', 'gone');
			await ask('archive', 'gone');
			await ask('remove-install', 'gone');
			expect(host.look('gone')?.site).toBe('absent');
			await expect(ask('remove-install', 'gone')).resolves.toMatchObject({changed: []});
		});

		test('suspends an account, lets it go on, gives it another plan and ends it, safe to say twice', async () => {
			await ask('create-account', 'life');
			await ask('suspend', 'life');
			await ask('suspend', 'life');
			expect(host.look('life')?.isSuspended).toBe(true);
			await ask('unsuspend', 'life');
			expect(host.look('life')?.isSuspended).toBe(false);
			await host.panel.ask(requestOf('package', 'life', {plan: 'large'}), createListener());
			expect(host.look('life')?.plan).toBe('large');
			await ask('terminate', 'life');
			await ask('terminate', 'life');
			expect(host.look('life')).toBeNull();
		});

		test('asks for nothing where the guard forbids it', async () => {
			const before = host.countChanges();
			const guard = () => {
				throw new Error('the lease is another\'s');
			};

			await expect(ask('create-account', 'forbidden', {...createListener(), guard})).rejects.toThrow('the lease is another\'s');
			expect(host.countChanges()).toBe(before);
			expect(host.look('forbidden')).toBeNull();
		});

		test('asks for nothing where nobody wants it any more', async () => {
			const before = host.countChanges();
			const error: unknown = await ask('create-account', 'unwanted', {...createListener(), signal: AbortSignal.abort()}).catch((error: unknown) => error);
			expect(error).toBeInstanceOf(ClientError);
			expect(error).toMatchObject({peer: host.panel.name, kind: 'transient'});
			expect(host.countChanges()).toBe(before);
		});

		test('does not know what came of an install that is stopped in its middle, until it looks', async () => {
			await ask('create-account', 'half');
			host.hold();
			const stop = new AbortController();
			const listener = {...createListener(), signal: stop.signal};
			const asked = ask('install', 'half', listener).catch((error: unknown) => error);
			await expect.poll(() => host.look('half')?.site, {timeout: 10_000}).toBe('partial');
			stop.abort();
			expect(await asked).toMatchObject({name: 'ClientError', peer: host.panel.name, kind: 'unknown-outcome'});
			host.release();
			const {state} = await ask('inspect', 'half');
			expect(state?.account).toBe(true);
			await ask('install', 'half');
			expect(host.look('half')?.site).toBe('installed');
		});
	});
};
