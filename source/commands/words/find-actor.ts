import {userInfo} from 'node:os';
import {firstGiven} from '../../domain/first-given.js';
import {type Actor} from '../../domain/activity.js';
import {safeText} from '../../domain/safe-text.js';
import {Refused} from '../../intents/refused.js';
import {type Flags} from './flags.js';

/** A service or a container may have no variable for it, or even no account. */
const accountName = (): string => {
	try {
		return userInfo().username;
	} catch {
		return 'unknown';
	}
};

/** Who acts: `--as`, else who called sudo, else the user; with the address of the ssh connection. */
export const findActor = ({as}: Flags, env: Readonly<Record<string, string | undefined>>): Actor => {
	const name = safeText(as ?? firstGiven(env.SUDO_USER, env.USER, env.LOGNAME) ?? accountName(), 64);
	if (as !== undefined && (name !== as || name === '' || name === 'scheduler')) {
		throw new Refused('invalid', '--as needs the name of a person', 'write one word or line of at most 64 characters; `scheduler` is taken');
	}

	const address = safeText(env.SSH_CONNECTION?.split(' ', 1)[0] ?? '', 64);
	return {name: name === '' ? 'unknown' : name, address: address === '' ? null : address};
};
