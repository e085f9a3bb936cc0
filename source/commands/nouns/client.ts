import {safeText} from '../../domain/safe-text.js';
import {readEmail, refuseWhileLiving} from '../../intents/forget-client.js';
import {answer} from '../print/answer.js';
import {confirm} from '../io/confirm.js';
import {type Command} from '../io/io.js';

/** Forgets a client who has nothing any more. */
export const forgetClient: Command = async (app, [word = ''], flags, output) => {
	const email = readEmail(word);
	const traces = await app.read.clients.trace(email);
	await refuseWhileLiving(traces, app.read, email);
	if (traces.remembered > 0) {
		await confirm({name: `the client ${safeText(email, 254)}`, word: email, noun: 'e-mail address'}, 'forget who it was, for ever', flags, output);
	}

	const done = await app.intents.forgetClient(email);
	return answer(done, output, {forgotten: done.subject});
};
