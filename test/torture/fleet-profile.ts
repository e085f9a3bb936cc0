import {writeFileSync} from 'node:fs';
import {Session} from 'node:inspector/promises';

/** Profiles this process until the answer is called, into that file (Chrome's format); nothing where there is none. */
export const startProfile = async (file: string | undefined): Promise<() => Promise<void>> => {
	if (file === undefined) {
		return async () => undefined;
	}

	const session = new Session();
	session.connect();
	await session.post('Profiler.enable');
	// Finer ones of a whole day would not fit into a file.
	await session.post('Profiler.setSamplingInterval', {interval: 5000});
	await session.post('Profiler.start');
	return async () => {
		const {profile} = await session.post('Profiler.stop');
		session.disconnect();
		writeFileSync(file, JSON.stringify(profile));
	};
};
