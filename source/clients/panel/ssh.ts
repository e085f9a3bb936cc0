import {safeText} from '../../domain/safe-text.js';
import {type PanelSettings} from '../../domain/settings.js';
import {ClientError} from '../client-error.js';
import {runChild, type ChildEnd} from './child.js';
import {notStarted} from './not-started.js';
import {type Panel} from './panel.js';
import {createTalk, requestText} from './protocol.js';

type SshSettings = Extract<PanelSettings, {readonly kind: 'ssh'}>;

/** A banner may be long; why it fails comes last. */
const mostWords = 30;
const nobody = (): void => undefined;
const checkTimeoutMs = 30_000;

/** No configuration, agent, password or known host but those of the config. VERBOSE, as then it says when it is let in. */
const optionsOf = ({port, user, identity, knownHosts}: SshSettings): readonly string[] => {
	const options = {
		BatchMode: 'yes',
		StrictHostKeyChecking: 'yes',
		UserKnownHostsFile: `"${knownHosts}"`,
		GlobalKnownHostsFile: '/dev/null',
		UpdateHostKeys: 'no',
		IdentitiesOnly: 'yes',
		IdentityAgent: 'none',
		ConnectTimeout: '10',
		ServerAliveInterval: '5',
		ServerAliveCountMax: '3',
		LogLevel: 'VERBOSE',
	};
	return ['-F', 'none', '-T', '-i', identity, '-p', String(port), '-l', user, ...Object.entries(options).flatMap(([key, value]) => ['-o', `${key}=${value}`])];
};

const refusals = /host key is known for|host key for .* has changed|host key verification failed|revoked host key|permission denied|too many authentication|^load key|identity file|bad permissions/i;
const isStatistic = (line: string): boolean => /^(?:Transferred: sent \d|Bytes per second: sent \d)/.test(line);

/** Follows what `ssh` itself says: until it is let in, every line is its own (or the host's banner); then the program's on the host. */
const createConnection = (peer: string) => {
	let words: readonly string[] = [];
	let isLetIn = false;

	return {
		get isLetIn() {
			return isLetIn;
		},
		/** Whether it is a line of the program's. */
		hear(line: string): boolean {
			if (isLetIn) {
				return !isStatistic(line);
			}

			isLetIn = line.startsWith('Authenticated to ');
			words = [...words, line].slice(-mostWords);
			return false;
		},
		/** Why it was not let in: nothing was begun there. */
		refusal(end: ChildEnd): ClientError {
			if (end.how === 'stopped') {
				return notStarted(peer, 'ssh', 'ABORT_ERR');
			}

			const last = end.how === 'late' ? 'no connection in time' : (words.at(-1) ?? 'ssh ended and did not say why');
			const isDenied = refusals.test(last);
			const text = isDenied ? words.filter(line => refusals.test(line)).join('; ') : last;
			return new ClientError(safeText(text), {peer, kind: isDenied ? 'denied' : 'transient', scope: 'cluster'});
		},
	};
};

/** A panel behind `ssh`: the protocol of `command`, spoken with a program on another host. `check` only connects and logs in; nothing is run there. */
export const createSshPanel = (name: string, settings: SshSettings): Panel => {
	const options = optionsOf(settings);

	return {
		name,
		title: safeText(`ssh ${settings.user}@${settings.host}`),
		async ask(request, {signal, guard, ...listener}) {
			const talk = createTalk(name, request, {signal, guard, ...listener});
			const connection = createConnection(name);
			const end = await runChild({
				file: 'ssh', args: [...options, '--', settings.host, settings.command], input: requestText(request), timeoutMs: settings.timeoutMs, signal, guard,
				onErrorLine: talk.onErrorLine, isWanted: connection.hear,
			});
			if (end.how === 'not-started') {
				throw notStarted(name, 'ssh', end.code);
			}

			if (!connection.isLetIn) {
				throw connection.refusal(end);
			}

			if (end.how === 'exited' && end.exitCode === 255) {
				throw talk.lose('the connection was cut, or the program killed, in the middle of its work: it may go on there');
			}

			return talk.conclude(end);
		},
		async check() {
			const letIn = new AbortController();
			const connection = createConnection(name);
			const end = await runChild({
				file: 'ssh', args: [...options, '-N', '--', settings.host], input: '',
				timeoutMs: Math.min(settings.timeoutMs, checkTimeoutMs), signal: letIn.signal, guard: nobody, onErrorLine: nobody,
				isWanted(line) {
					connection.hear(line);
					if (connection.isLetIn) {
						letIn.abort();
					}

					return false;
				},
			});
			if (end.how === 'not-started') {
				throw notStarted(name, 'ssh', end.code);
			}

			if (!connection.isLetIn) {
				throw connection.refusal(end);
			}

			return [];
		},
	};
};
