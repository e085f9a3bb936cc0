// A scheduler in a process of its own, for the tests that kill and stop it: folder, lease and cycle in ms are its words.
import {createDns} from '../../source/clients/dns/create-dns.js';
import {systemClock} from '../../source/domain/clock.js';
import {createScheduler} from '../../source/scheduler/scheduler.js';
import {openStore} from '../../source/store/open-store.js';
import {allTasks} from '../../source/tasks/all-tasks.js';
import {type Settings} from '../../source/domain/settings.js';
import {installingWith} from '../support/installing.js';

const [folder, settingsText] = process.argv.slice(2);
const settings: Settings = {...JSON.parse(settingsText!), clusters: []};
const store = await openStore({path: `${folder}/cronsole.db`, clock: systemClock});
const session = await store.sessions.start({
	kind: 'daemon', actor: 'scheduler', address: null, isReadOnly: false,
});
const scheduler = createScheduler({
	store, session, settings, clock: systemClock, createPassword: () => 'a-new-Password-23456', random: Math.random, connectionOf: () => undefined, watchOf: () => undefined, tasks: allTasks,
	dns: createDns(() => settings.dns, {clock: systemClock}),
	...installingWith(() => settings),
	pipeline: async () => ({outcome: 'waiting', steps: 0, line: 'nothing'}),
	log(line) {
		process.send?.({line});
	},
});
await scheduler.start();
process.on('message', () => undefined);
setInterval(async () => {
	process.send?.({isLeading: scheduler.isLeading()});
}, 50);
process.once('SIGTERM', async () => {
	await scheduler.stop();
	await store.sessions.end(session.id);
	await store.close();
	process.exit(0);
});
