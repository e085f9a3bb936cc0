import {describePanel} from './conformance.js';
import {openWhm} from './whm-fixture.js';
import {startWhm} from './whm-server.js';

describePanel('a whm panel', async () => {
	const server = await startWhm();
	return {
		panel: openWhm(server),
		look(account) {
			const user = server.world.users.get(account);
			const isInstalling = server.world.tasks.values().some(task => task.user === account && task.polls < 3);
			return user ? {plan: user.plan, isSuspended: user.suspended === 1, site: user.sites.length > 0 ? 'installed' : (isInstalling ? 'partial' : 'absent')} : null;
		},
		countChanges: server.countChanges,
		hold() {
			server.world.isHeld = true;
		},
		release() {
			server.world.isHeld = false;
		},
		close: server.close,
	};
});
