import {type App} from '../../app.js';
import {type TaskName} from '../../domain/task.js';
import {type Done} from '../../intents/intents.js';
import {exitCodes, type Output} from '../io/io.js';

/** Prints what an intent answered, and says so where it was so already. */
export const answer = ({changed, message}: Done<unknown>, output: Output, more: Readonly<Record<string, unknown>> = {}): number => {
	if (output.isJson) {
		output.json({changed, message, ...more});
	} else {
		output.out(message);
	}

	return exitCodes.done;
};

/** An intent is kept while nobody leads; whoever wrote it should know, and which task would do it. */
export const warnWithoutLeader = async (app: App, output: Output, task: TaskName): Promise<void> => {
	const {leader, hold} = await app.overview({vms: 0, installs: 0, activity: 0});
	if (hold) {
		output.err(`warning: it is kept, but a hold by ${hold.by} stands: nothing starts until \`cronsole hold off\``);
	} else if (!leader) {
		output.err(`warning: it is kept, but nobody leads: start \`cronsole --daemon\`, or run it once with \`cronsole --run-task=${task}\``);
	}
};
