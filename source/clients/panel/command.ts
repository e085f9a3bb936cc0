import {constants} from 'node:fs';
import {access, stat} from 'node:fs/promises';
import path from 'node:path';
import {safeText} from '../../domain/safe-text.js';
import {type PanelSettings} from '../../domain/settings.js';
import {childEnvironment, runChild} from './child.js';
import {notStarted} from './not-started.js';
import {type Panel} from './panel.js';
import {createTalk, requestText} from './protocol.js';

/** Where it may be started from, as the system looks for it. */
const placesOf = (file: string): readonly string[] => file.includes('/') ? [file] : childEnvironment().PATH.split(':').map(folder => path.join(folder, file));

/** The system's code for what is wrong with it; null: nothing. */
const findFault = async (place: string): Promise<string | null> => {
	try {
		const found = await stat(place);
		await access(place, constants.X_OK);
		return found.isFile() ? null : 'EISDIR';
	} catch (error) {
		return (error as NodeJS.ErrnoException).code ?? 'ENOENT';
	}
};

/** A panel that is a program on this machine: the request on its standard input, one JSON object on its standard output. `check` starts nothing. */
export const createCommandPanel = (name: string, {command, timeoutMs}: Extract<PanelSettings, {readonly kind: 'command'}>): Panel => {
	const [file = '', ...args] = command;

	return {
		name,
		title: safeText(`command ${file}`),
		async ask(request, listener) {
			const talk = createTalk(name, request, listener);
			const {signal, guard} = listener;
			const end = await runChild({
				file, args, input: requestText(request), timeoutMs, signal, guard, onErrorLine: talk.onErrorLine,
			});
			if (end.how === 'not-started') {
				throw notStarted(name, file, end.code);
			}

			return talk.conclude(end);
		},
		async check() {
			const faults: string[] = [];
			for (const place of placesOf(file)) {
				const fault = await findFault(place);
				if (fault === null) {
					const {mode} = await stat(place);
					// Whoever may write it, acts in our name.
					return (mode & 0o002) === 0 ? [] : [safeText(`${place} can be changed by everybody on this machine`)]; // eslint-disable-line no-bitwise -- A mode is bits.
				}

				faults.push(fault);
			}

			throw notStarted(name, file, faults.find(fault => fault !== 'ENOENT') ?? 'ENOENT');
		},
	};
};
