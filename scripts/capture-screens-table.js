// What is typed letter by letter, where a text alone is the name of a key.
const type = text => ({type: text});

const wide = [120, 40];
const small = [80, 24];

// The screens of the guide, in the order in which they are taken. `of`: the program that stands behind it, `demo` (`cronsole --demo`) or `house` (a daemon
// on a simulated cluster; every screen is a console of its own). `keys`: keys as tmux calls them, texts to type, and patterns to wait for. `sees`: what must
// be there before it is kept.
export const screens = [
	{
		name: 'demo', of: 'demo', size: wide, keys: [], sees: [/DEMO/, /stale/, /shop\.example\.org/, /clone/],
	},
	{
		name: 'demo-needs', of: 'demo', size: wide, keys: ['!'], sees: [/What needs a person/, /install retry/],
	},
	{
		name: 'demo-quit', of: 'demo', size: small, keys: ['q'], sees: [/Quit while this console leads/],
	},
	{
		name: 'first-view', of: 'house', size: wide, keys: [], sees: [/\[Tasks\]/, /leading: daemon/, /needs? you/, /clone/, /stale/, /ben/],
	},
	{
		name: 'first-view-small', of: 'house', size: small, keys: [], sees: [/\[Tasks\]/, /leading/, /needs? you/],
	},
	{
		name: 'vm-detail', of: 'house', size: wide, keys: ['Tab', /\[VMs in work/, 'g', 'Enter'], sees: [/waits for +a person/, /helps/],
	},
	{
		name: 'needs', of: 'house', size: wide, keys: ['!'], sees: [/What needs a person/, /vm retry/, /install retry/],
	},
	{
		name: 'needs-small', of: 'house', size: small, keys: ['!'], sees: [/What needs a person/, /helps: cronsole/],
	},
	{
		name: 'help', of: 'house', size: wide, keys: ['?'], sees: [/Keys: what each does here/, /not here:/],
	},
	{
		name: 'task-detail', of: 'house', size: wide, keys: ['Enter'], sees: [/\[Process VMs\]/, /every/],
	},
	{
		name: 'install-detail', of: 'house', size: wide, keys: ['Tab', 'Tab', /\[Installs/, 'g', 'Enter'], sees: [/\[shop\.example\.org/, /database refused/],
	},
	{
		name: 'filter', of: 'house', size: wide, keys: ['Tab', /\[VMs in work/, '/', type('db')], sees: [/\/db/, /enter keeps it/],
	},
	{
		name: 'clear-stale', of: 'house', size: small, keys: ['C'], sees: [/stale/, /Cancel \(n\)/],
	},
	{
		name: 'drop', of: 'house', size: small, keys: ['Tab', 'Tab', /\[Installs/, 'g', 'd'], sees: [/The account/, /Cancel \(n\)/],
	},
	{
		name: 'hold', of: 'house', size: small, keys: ['H', /hold everything/, type('2h storage move')], sees: [/hold everything, because: 2h storage move/],
	},
	{
		name: 'palette', of: 'house', size: wide, keys: [':', type('susp')], sees: [/vm suspend/],
	},
	{
		name: 'palette-command', of: 'house', size: wide, keys: ['2', /\[2/, ':', type('susp'), 'Enter'], sees: [/vm suspend v\d+/, /overdue/],
	},
	{
		name: 'output', of: 'house', size: wide, keys: [':', type('pool list'), 'Enter', /fra1-v4/], sees: [/pool list/, /fra1-v4/],
	},
	{
		name: 'vms', of: 'house', size: wide, keys: ['2'], sees: [/\[2/, /web1\.example\.net/, /db2\.example\.net/, /waits for/],
	},
	{
		name: 'vms-small', of: 'house', size: small, keys: ['2'], sees: [/\[2/, /web1\.example\.net/],
	},
	{
		name: 'installs', of: 'house', size: wide, keys: ['3'], sees: [/\[3/, /shop\.example\.org/, /blog\.example\.com/],
	},
	{
		name: 'backups', of: 'house', size: wide, keys: ['4'], sees: [/\[4/, /web1\.example\.net/],
	},
	{
		name: 'traffic', of: 'house', size: wide, keys: ['5'], sees: [/\[5/, /web1\.example\.net/],
	},
	{
		name: 'activity', of: 'house', size: wide, keys: ['6'], sees: [/\[6/, /ordered/],
	},
	{
		name: 'form-vm', of: 'house', size: wide, keys: ['2', /\[2/, 'n'], sees: [/Order a VM/, /Hostname/, /Package/],
	},
	{
		name: 'form-install', of: 'house', size: wide, keys: ['3', /\[3/, 'n'], sees: [/Order an install/, /Domain/, /Panel/],
	},
	{
		name: 'form-schedule', of: 'house', size: small, keys: ['4', /\[4/, 'n'], sees: [/Scheduled backups of/],
	},
	{
		name: 'read-only', of: 'house', flags: ['--read-only'], size: small, keys: [], sees: [/ RO /, /leading/],
	},
	{
		name: 'ascii', of: 'house', flags: ['--ascii'], size: small, keys: [], sees: [/\+ ?-* ?\[Tasks\]/, /leading/],
	},
	{
		name: 'too-small', of: 'house', size: [50, 10], keys: [], sees: [/too small: 50x10/],
	},
	{
		name: 'nobody-leads', of: 'house', isLeaderless: true, size: wide, flags: ['--watch'], keys: [], sees: [/NOBODY LEADS/],
	},
];
