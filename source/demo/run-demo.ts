import {openApp, type App} from '../app.js';
import {loadSettings} from '../config.js';
import {type Actor} from '../domain/activity.js';
import {startDemo} from './demo.js';

export type DemoWish<Flags> = {
	readonly flags: Flags;
	readonly actor: Actor;
	readonly openConsole: (app: App, flags: Flags) => Promise<number>;
	readonly runDaemon: (app: App) => Promise<number>;
};

/** The demo: an installation on a simulated cluster, seen through the console or, with `--daemon`, as the daemon's log; gone when it ends. */
export const runDemo = async <Flags extends {readonly daemon?: boolean}>({flags, actor, openConsole, runDaemon}: DemoWish<Flags>): Promise<number> => {
	const demo = await startDemo();
	try {
		const app = await openApp({settings: await loadSettings({file: demo.config, env: {}}), actor, isReadOnly: false});
		try {
			const livening = demo.liven(app);
			const code = await (flags.daemon === true ? runDaemon(app) : openConsole(app, flags));
			demo.quiet();
			await livening;
			return code;
		} finally {
			await app.close();
		}
	} finally {
		await demo.stop();
	}
};
