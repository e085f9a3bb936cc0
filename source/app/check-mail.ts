import {type MailServer} from '../clients/mail/mail.js';
import {type Settings} from '../domain/settings.js';
import {ok, type Report, sayLine} from './check-line.js';

type MailCheckDeps = {
	readonly settings: Pick<Settings, 'mail'>;
	/** Null: the config has none. */
	readonly openMail: () => Promise<Pick<MailServer, 'check'> | null>;
	readonly report: Report;
};

/** The mail server of the config: connects, greets, logs in, and sends nothing. */
export const checkMail = async ({settings: {mail}, openMail, report}: MailCheckDeps): Promise<void> => {
	if (mail === null) {
		return;
	}

	await sayLine('mail', report, async () => {
		const server = await openMail();
		await server?.check();
		const {protocol, host} = new URL(mail.smtp.reveal());
		return ok(`${protocol}//${host}, from ${mail.from}`);
	});
};
