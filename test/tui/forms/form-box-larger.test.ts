/* eslint unicorn/max-nested-calls: off -- a story of keys reads best as one call in another */
import {describe, expect, it} from 'vitest';
import {
	drawn,
	installAt,
	scheduleAt,
	sizes,
	vmAt,
	wrong,
} from './screens.js';

describe('at 80 × 24', () => {
	it('a VM', async () => {
		expect(await drawn(wrong(await vmAt(sizes.usual)))).toMatchInlineSnapshot(`
			"
			  ┌ Order a VM  1/13 ────────────────────────────────────────────────────────┐
			  │ ▸! Hostname *   web_1                                                    │
			  │    must be a DNS name: labels of letters, digits and hyphens, at most 6… │
			  │    Reference *  web_1                                                    │
			  │    Cluster *    ‹ fra1 ›                                                 │
			  │    Template *   ‹ debian-12 ›                                            │
			  │    Package *    ‹ kvm-s ›                                                │
			  │    Cores                                                                 │
			  │  ! Memory (MiB) lots                                                     │
			  │    must be a number                                                      │
			  │    Disk (GiB)                                                            │
			  │  ! Client *                                                              │
			  │    is missing                                                            │
			  │  ! E-mail *                                                              │
			  │    is missing                                                            │
			  ├──────────────────────────────────────────────────────────────────────────┤
			  │ ! must be a DNS name: labels of letters, digits and hyphens, at most     │
			  │ 63 each and 253 in all                                                   │
			  │                                                                          │
			  │   Order       Cancel                                                     │
			  └ * needed  tab moves  left/right choose  esc closes ──────────────────────┘
			"
		`);
	});

	it('an install', async () => {
		expect(await drawn(await installAt(sizes.usual))).toMatchInlineSnapshot(`
			"
			  ┌ Order an install ────────────────────────────────────────────────────────┐
			  │    Panel *           ‹ web1 ›                                            │
			  │    Application *     ‹ wordpress ›                                       │
			  │    Domain *          shop.example.org                                    │
			  │ ▸  Account *         shop                                                │
			  │    Plan                                                                  │
			  │    Client's e-mail *                                                     │
			  │    Client                                                                │
			  │    Title                                                                 │
			  │    Admin *                                                               │
			  │    Admin's e-mail *                                                      │
			  │    Front page *      ‹ domain ›                                          │
			  │    Reference *       shop.example.org                                    │
			  ├──────────────────────────────────────────────────────────────────────────┤
			  │ The hosting account on the panel; it is made at once.                    │
			  │                                                                          │
			  │                                                                          │
			  │   Order       Cancel                                                     │
			  └ * needed  tab moves  left/right choose  esc closes ──────────────────────┘
			"
		`);
	});

	it('a schedule', async () => {
		expect(await drawn(await scheduleAt(sizes.usual))).toMatchInlineSnapshot(`
			"
			  ┌ Scheduled backups of web1.example.net (Europe/Berlin) ───────────────────┐
			  │ ▸  Backups * ‹ own times ›                                               │
			  │    Monday    02:30                                                       │
			  │    Tuesday                                                               │
			  │    Wednesday                                                             │
			  │    Thursday  25:00                                                       │
			  │    Friday                                                                │
			  │    Saturday                                                              │
			  │    Sunday                                                                │
			  ├──────────────────────────────────────────────────────────────────────────┤
			  │ as the package says  own times  none                                     │
			  │ The package says: mon=02:30,thu=02:30.                                   │
			  │                                                                          │
			  │   Set       Cancel                                                       │
			  └ * needed  tab moves  left/right choose  esc closes ──────────────────────┘
			"
		`);
	});
});

describe('at 120 × 40', () => {
	it('a VM', async () => {
		expect(await drawn(wrong(await vmAt(sizes.large)))).toMatchInlineSnapshot(`
			"
			              ┌ Order a VM ──────────────────────────────────────────────────────────────────────────────┐
			              │ ▸! Hostname *   web_1                                                                    │
			              │    must be a DNS name: labels of letters, digits and hyphens, at most 63 each and 253 i… │
			              │    Reference *  web_1                                                                    │
			              │    Cluster *    ‹ fra1 ›                                                                 │
			              │    Template *   ‹ debian-12 ›                                                            │
			              │    Package *    ‹ kvm-s ›                                                                │
			              │    Cores                                                                                 │
			              │  ! Memory (MiB) lots                                                                     │
			              │    must be a number                                                                      │
			              │    Disk (GiB)                                                                            │
			              │  ! Client *                                                                              │
			              │    is missing                                                                            │
			              │  ! E-mail *                                                                              │
			              │    is missing                                                                            │
			              │    User                                                                                  │
			              │    SSH key                                                                               │
			              │    Mail *       ‹ yes ›                                                                  │
			              ├──────────────────────────────────────────────────────────────────────────────────────────┤
			              │ ! must be a DNS name: labels of letters, digits and hyphens, at most 63 each and 253     │
			              │ in all                                                                                   │
			              │                                                                                          │
			              │   Order       Cancel                                                                     │
			              └ * needed  tab moves  left/right choose  esc closes ──────────────────────────────────────┘
			"
		`);
	});

	it('an install', async () => {
		expect(await drawn(await installAt(sizes.large))).toMatchInlineSnapshot(`
			"
			              ┌ Order an install ────────────────────────────────────────────────────────────────────────┐
			              │    Panel *           ‹ web1 ›                                                            │
			              │    Application *     ‹ wordpress ›                                                       │
			              │    Domain *          shop.example.org                                                    │
			              │ ▸  Account *         shop                                                                │
			              │    Plan                                                                                  │
			              │    Client's e-mail *                                                                     │
			              │    Client                                                                                │
			              │    Title                                                                                 │
			              │    Admin *                                                                               │
			              │    Admin's e-mail *                                                                      │
			              │    Front page *      ‹ domain ›                                                          │
			              │    Reference *       shop.example.org                                                    │
			              ├──────────────────────────────────────────────────────────────────────────────────────────┤
			              │ The hosting account on the panel; it is made at once.                                    │
			              │                                                                                          │
			              │                                                                                          │
			              │   Order       Cancel                                                                     │
			              └ * needed  tab moves  left/right choose  esc closes ──────────────────────────────────────┘
			"
		`);
	});

	it('a schedule', async () => {
		expect(await drawn(await scheduleAt(sizes.large))).toMatchInlineSnapshot(`
			"
			              ┌ Scheduled backups of web1.example.net (Europe/Berlin) ───────────────────────────────────┐
			              │ ▸  Backups * ‹ own times ›                                                               │
			              │    Monday    02:30                                                                       │
			              │    Tuesday                                                                               │
			              │    Wednesday                                                                             │
			              │    Thursday  25:00                                                                       │
			              │    Friday                                                                                │
			              │    Saturday                                                                              │
			              │    Sunday                                                                                │
			              ├──────────────────────────────────────────────────────────────────────────────────────────┤
			              │ as the package says  own times  none                                                     │
			              │ The package says: mon=02:30,thu=02:30.                                                   │
			              │                                                                                          │
			              │   Set       Cancel                                                                       │
			              └ * needed  tab moves  left/right choose  esc closes ──────────────────────────────────────┘
			"
		`);
	});
});
