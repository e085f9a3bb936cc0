type Parameters = Readonly<Record<string, string>>;

export type WhmSite = {
	readonly id: number;
	readonly domain: string;
	readonly url: string;
	title: string;
	broken: 0 | 1;
	login: string;
	password: string;
	/** How many lists it is still missing from. */
	lag: number;
};

export type WhmUser = {
	readonly user: string;
	readonly domain: string;
	plan: string;
	suspended: 0 | 1;
	sites: WhmSite[];
	/** `cpmove` archives that were made. */
	archives: number;
};

export type WhmTask = {readonly user: string; readonly domain: string; readonly title: string; polls: number; fails: string | null};

export type WhmWorld = {
	readonly users: Map<string, WhmUser>;
	readonly tasks: Map<string, WhmTask>;
	readonly packing: Map<string, {readonly user: string; polls: number; fails: boolean}>;
	/** Background work stands still. */
	isHeld: boolean;
	/** The next task ends so. */
	nextFails: string | null;
	ids: number;
};

export type Said = {readonly data?: unknown; readonly refused?: string};

type Row = {readonly takes: readonly string[]; readonly isChange?: boolean; readonly does: (world: WhmWorld, given: Parameters) => Said};

const refused = (reason: string): Said => ({refused: reason});
const noUser = (name = ''): Said => refused(`(XID 3y67mz) You do not have a user named “${name}”.`);

/** Something that is so of an account, where there is one. */
const of = (world: WhmWorld, name: string | undefined, does: (user: WhmUser) => Said | void): Said => {
	const user = world.users.get(name ?? '');
	return user ? does(user) ?? {data: {}} : noUser(name);
};

const makeAccount = (world: WhmWorld, {username = '', domain = '', password = '', plan = 'default', contactemail}: Parameters): Said => {
	if (!/^(?!test)[a-z][\da-z]{0,15}$/.test(username)) {
		return refused(`Sorry, “${username}” is not a valid username.`);
	}

	if (world.users.has(username)) {
		return refused(`(XID abcdef) This system already has an account named “${username}”.`);
	}

	if (world.users.values().some(user => user.domain === domain)) {
		return refused(`Sorry, the domain ${domain} is already set up.`);
	}

	if (contactemail === undefined || password.length < 16) {
		return refused('Sorry, the password you selected cannot be used because it is too weak and would be too easy to guess.');
	}

	world.users.set(username, {
		user: username, domain, plan, suspended: 0, sites: [], archives: 0,
	});
	return {data: {ip: '192.0.2.1', package: plan}};
};

/** WHM API 1 as far as it is asked here: which parameters each function takes, and what it does. */
export const whmFunctions: Readonly<Record<string, Row>> = {
	version: {takes: [], does: () => ({data: {version: '11.138.0.10'}})},
	accountsummary: {
		takes: ['user'],
		does: (world, {user}) => of(world, user, ({user: name, domain, plan, suspended}) => ({
			data: {
				acct: [{
					user: name, domain, plan, suspended, disklimit: 'unlimited', email: '*unknown*',
				}],
			},
		})),
	},
	createacct: {takes: ['username', 'domain', 'plan', 'contactemail', 'password', 'showpass', 'ip'], isChange: true, does: makeAccount},
	suspendacct: {
		takes: ['user', 'reason'], isChange: true, does: (world, {user}) => of(world, user, found => {
			found.suspended = 1;
		}),
	},
	unsuspendacct: {
		takes: ['user'], isChange: true, does: (world, {user}) => of(world, user, found => {
			found.suspended = 0;
		}),
	},
	changepackage: {
		takes: ['user', 'pkg'], isChange: true, does: (world, {user, pkg}) => of(world, user, found => {
			found.plan = pkg!;
		}),
	},
	removeacct: {
		takes: ['username', 'keepdns'], isChange: true, does: (world, {username}) => of(world, username, ({user}) => {
			world.users.delete(user);
		}),
	},
	start_background_pkgacct: {
		takes: ['user', 'compressionsetting'], isChange: true, does: (world, {user}) => of(world, user, () => {
			const id = `${user}2026${++world.ids}`;
			world.packing.set(id, {user: user!, polls: 0, fails: world.nextFails !== null});
			world.nextFails = null;
			return {data: {session_id: id}};
		}),
	},
	get_pkgacct_session_state: {
		takes: ['session_id'], does(world, {session_id: id}) {
			const session = world.packing.get(id!);
			if (!session) {
				return refused('The session does not exist.');
			}

			session.polls += world.isHeld ? 0 : 1;
			if (session.polls < 2) {
				return {data: {state: 'RUNNING'}};
			}

			world.users.get(session.user)!.archives += session.fails ? 0 : 1;
			return {data: {state: session.fails ? 'FAILED' : 'COMPLETED'}};
		},
	},
};

const rowOf = ({id, domain, url, title, broken}: WhmSite) => ({
	wptk_id: id, domain, url, admin_url: `${url}/wp-login.php`, title, broken, alive: 1, version: '6.9', documentroot: '/home/x/public_html',
});

const finish = (world: WhmWorld, {user, domain, title}: WhmTask): void => {
	const id = ++world.ids;
	world.users.get(user)!.sites.push({
		id, domain, url: `https://${domain}`, title, broken: 0, login: `admin_${id}`, password: 'made-by-wp-toolkit', lag: 1,
	});
};

const progress = (world: WhmWorld, {install_id: id}: Parameters): Said => {
	const task = world.tasks.get(id!);
	if (!task) {
		return {data: {status: 'unknown', percentage: 0, message: ''}};
	}

	task.polls += world.isHeld ? 0 : 1;
	if (task.polls < 3) {
		return {data: task.polls === 0 ? {status: 'unknown', percentage: 0, message: ''} : {status: 'running', percentage: 40 * task.polls, message: 'Installing WordPress'}};
	}

	if (task.fails === null && task.polls === 3) {
		finish(world, task);
	}

	return {data: task.fails === null ? {status: 'complete', percentage: 100, message: 'Done'} : {status: 'failed', percentage: 60, message: task.fails}};
};

const siteOf = ({sites}: WhmUser, id: string | undefined) => sites.find(site => site.id === Number(id));

type WpxRow = {readonly takes: readonly string[]; readonly isChange?: boolean; readonly does: (world: WhmWorld, user: WhmUser, given: Parameters) => Said};

/** UAPI's WPX, in an account. */
export const wpxFunctions: Readonly<Record<string, WpxRow>> = {
	list_websites: {
		takes: [],
		does(_, {sites}) {
			const listed = sites.filter(site => site.lag-- <= 0);
			return {data: {domains: listed.map(site => rowOf(site)), info: {results: listed.length, total: listed.length, disk_quota_reached: 0}}};
		},
	},
	create_website: {
		takes: ['domain', 'title'],
		isChange: true,
		does(world, {user, domain: own, sites}, {domain, title}) {
			const existing = sites.filter(site => site.domain === domain);
			if (own !== domain) {
				return refused(`You do not control the domain “${domain}”.`);
			}

			if (existing.length > 0) {
				return {data: {status: 'collision', domain, existing_installations: existing.map(({id, url}) => ({id, url}))}};
			}

			const id = `${++world.ids}-1-1`;
			world.tasks.set(id, {
				user, domain, title: title ?? '', polls: 0, fails: world.nextFails,
			});
			world.nextFails = null;
			return {
				data: {
					status: 'running', domain, install_id: id, task_id: '0/1', sse_url: '/x',
				},
			};
		},
	},
	get_task_progress: {takes: ['install_id'], does: (world, _, given) => progress(world, given)},
	get_admin_account: {
		takes: ['id'],
		does(_, user, {id}) {
			const site = siteOf(user, id);
			return site ? {data: {available_logins: [site.login], current_login: site.login, login_url: `${site.url}/wp-login.php`}} : refused('The installation does not exist.');
		},
	},
	change_admin_password: {
		takes: ['id', 'login', 'password'],
		isChange: true,
		does(_, user, {id, login, password}) {
			const site = siteOf(user, id);
			if (site?.login !== login) {
				return refused(`“${login}” is no administrator; the password was “${password}”.`);
			}

			site!.password = password!;
			return {data: {changed: 1, id: Number(id), login}};
		},
	},
	remove_installation: {
		takes: ['id'],
		isChange: true,
		does(_, user, {id}) {
			if (!siteOf(user, id)) {
				return refused('The installation does not exist.');
			}

			user.sites = user.sites.filter(site => site.id !== Number(id));
			return {data: {id: Number(id), removed: 1}};
		},
	},
};
