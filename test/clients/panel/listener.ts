import {type PanelListener} from '../../../source/clients/panel/panel.js';
import {type PanelAction, type PanelRequest} from '../../../source/domain/panel.js';

/** Of every request; with what programs like to write otherwise. */
export const password = String.raw`pä"ss\w0rd&'x$`;

/** What is asked of a panel in the tests. */
export const requestOf = (action: PanelAction, account = 'shop', {plan = 'starter', adminPassword = password} = {}): PanelRequest => ({
	action, job: 'i12', attempt: 1, account: {
		name: account, domain: `${account}.example.org`, plan, email: 'ada@example.org',
	}, site: {
		application: 'wordpress', domain: `${account}.example.org`, title: 'My shop', adminUser: 'ada', adminEmail: 'ada@example.org', adminPassword, url: `http://${account}.example.org`,
	},
});

/** Hears and remembers. */
export type RecordingListener = PanelListener & {
	readonly progress: readonly number[];
	readonly lines: readonly string[];
	/** All that it heard. */
	readonly text: () => string;
};

export const createListener = (given: Partial<PanelListener> = {}): RecordingListener => {
	const progress: number[] = [];
	const lines: string[] = [];
	const heard: string[] = [];
	return {
		progress,
		lines,
		text: () => heard.join('\n'),
		onProgress(percent, text) {
			progress.push(percent);
			heard.push(text);
		},
		onLog(line) {
			lines.push(line);
			heard.push(line);
		},
		signal: new AbortController().signal,
		guard: () => undefined,
		...given,
	};
};
