import {ClientError} from '../clients/client-error.js';
import {type Install} from '../domain/install.js';
import {type PanelAction, type PanelAnswer, type PanelRequest} from '../domain/panel.js';
import {safeText} from '../domain/safe-text.js';
import {siteUrl} from '../domain/site-url.js';
import {withoutSecrets} from '../domain/without-secrets.js';
import {type InstallChange} from '../store/installs.js';
import {changeRunning} from './change-running.js';
import {type InstallContext} from './move-install.js';
import {createProgressReport} from './report-progress.js';
import {type PanelTalk, type SiteRun} from './site-step.js';

const keptLines = 200;

/** What the panel is asked of an install. */
export const requestOf = ({id, attempt, account, domain, plan, client, application, title, adminUser, adminEmail, url}: Install, given: {
	readonly action: PanelAction; readonly adminPassword: string | null; readonly settings: InstallContext['settings']; readonly panel: string;
}): PanelRequest => ({
	action: given.action,
	job: `i${id}`,
	attempt: attempt + 1,
	account: {
		name: account, domain, plan, email: client.email,
	},
	site: {
		application, domain, title, adminUser, adminEmail, adminPassword: given.adminPassword,
		url: siteUrl({url, domain, account}, given.settings.installs.panels[given.panel]),
	},
});

/** What the panel says, kept for the step log: its last lines, safe and without the secrets. */
export const createScribe = () => {
	const secrets: string[] = [];
	const lines: string[] = [];
	// Once more where what safe text leaves away stood in its middle.
	const clean = (text: string, max?: number): string => withoutSecrets(safeText(withoutSecrets(text, secrets), max), secrets);

	return {
		clean,
		hide(secret: string | null | undefined) {
			secrets.push(secret ?? '');
		},
		write(line: string) {
			lines.push(line.slice(0, 4000));
			lines.splice(0, lines.length - keptLines);
		},
		// Only at the end it is known what all the secrets are.
		read: (): string | null => lines.length === 0 ? null : lines.map(line => clean(line)).join('\n'),
	};
};

/** Whether it is known what came of a request that failed so. */
export const isAnswered = (error: unknown): boolean => error instanceof ClientError && error.kind !== 'unknown-outcome';

/** How a step speaks to the install's panel; its first request was `asked` where its beginning wrote that down. */
export const createPanelTalk = ({install, known, adminPassword, context}: Pick<SiteRun, 'install' | 'known' | 'adminPassword' | 'context'>, asked?: PanelAction): PanelTalk => {
	const {store, panels, settings, signal, guard} = context;
	const run = {known, context};
	const scribe = createScribe();
	scribe.hide(adminPassword);
	let isOpen = install.inFlight !== null;
	let written = asked;

	const send = async (action: PanelAction): Promise<PanelAnswer> => {
		const panel = panels.find(install.panel);
		if (!panel) {
			throw new ClientError(`the config has no panel ${install.panel}`, {peer: install.panel, kind: 'transient', scope: 'cluster'});
		}

		const progress = createProgressReport(async (percent, text) => store.write(async ({installs}) => installs.setProgress(install.id, percent, text)));
		try {
			const request = requestOf(install, {
				action, adminPassword: action === 'install' ? adminPassword : null, settings, panel: install.panel,
			});
			const answer = await panel.ask(request, {
				onProgress(percent, text) {
					if (Number.isFinite(percent)) {
						progress.note(Math.min(100, Math.max(0, percent)), scribe.clean(text, 200));
					}
				},
				onLog: scribe.write,
				signal,
				guard,
			});
			scribe.hide(answer.site?.adminPassword);
			return answer;
		} finally {
			await progress.end();
		}
	};

	return {
		async ask(action, alongside: InstallChange = {}) {
			if (action !== written) {
				await changeRunning(run, {...alongside, inFlight: {action, since: context.clock.now()}});
			}

			written = undefined;
			isOpen = true;
			try {
				const answer = await send(action);
				isOpen = false;
				return answer;
			} catch (error) {
				isOpen = !isAnswered(error);
				throw error;
			}
		},
		async inspect() {
			const {state, site} = await send('inspect');
			if (!state) {
				throw new ClientError(`${install.panel} does not say what is there`, {peer: install.panel, kind: 'transient'});
			}

			return {...state, details: site};
		},
		isOpen: () => isOpen,
		said: scribe.read,
		clean: text => scribe.clean(text),
	};
};
