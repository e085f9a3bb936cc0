import {type App} from '../../app.js';

/** What is to be known where an intent was kept and nothing moves it on; empty where something does. */
export const leaderText = async (app: App): Promise<string> => {
	const {leader, hold} = await app.overview({vms: 0, installs: 0, activity: 0});
	if (hold) {
		return '; a hold stands: nothing starts until it ends';
	}

	return leader ? '' : '; nobody leads: it starts once somebody does';
};
