import {
	afterAll,
	beforeAll,
	describe,
	expect,
	test,
} from 'vitest';
import {createVerifySite} from '../../../source/clients/panel/verify-site.js';
import {createWordpressWorld, hasAll, type WordpressWorld} from '../../recipes/wordpress-world.js';

describe.skipIf(!hasAll())('a real WordPress', () => {
	let world: WordpressWorld;

	beforeAll(async () => {
		world = await createWordpressWorld({isSlim: true});
	}, 120_000);
	afterAll(async () => {
		await world.end();
	});

	const title = 'Ada\'s "best" shop -- 2x3 & more';
	const urlHere = (): string => `http://shop.example.org:${world.web.port}/`;

	const verify = async (more: {readonly title?: string; readonly adminPassword?: string} = {}) => createVerifySite()({
		application: 'wordpress', url: urlHere(), title, adminUser: 'ada', adminPassword: world.password, address: '127.0.0.1', ...more,
	}, new AbortController().signal);

	test('is no site before it is installed, and one after', async () => {
		await expect(verify()).rejects.toMatchObject({kind: 'transient'});
		await world.ask('create-account');
		await world.ask('install', {site: {title, url: urlHere()}});
		await verify();
		await expect(verify({title: 'Another'})).rejects.toThrow(/instead of “Another”/);
		await expect(verify({adminPassword: 'wrong'})).rejects.toThrow('the administrator ada cannot log in: wp-login.php answers 200');
	}, 240_000);
});
