import {formatAge} from '../../domain/duration.js';
import {isMessageName, messageNames} from '../../domain/message.js';
import {outboxStates} from '../../domain/outbox-state.js';
import {safeText} from '../../domain/safe-text.js';
import {suggest} from '../../domain/suggest.js';
import {vmName} from '../../domain/vm.js';
import {Refused} from '../../intents/refused.js';
import {type OutboxRow} from '../../store/outbox.js';
import {answer, warnWithoutLeader} from '../print/answer.js';
import {exitCodes, type Command} from '../io/io.js';
import {readChoice, readId} from '../words/read-words.js';
import {printTable} from '../print/table.js';
import {iso} from '../print/times.js';

const most = 200;

/** Never what it says: that may hold a password. */
type Message = Omit<OutboxRow, 'variables'>;

const messageJson = (message: Message) => ({
	id: message.id,
	channel: message.channel,
	template: message.template,
	to: message.to,
	state: message.state,
	vm: message.vmId === null ? null : vmName({id: message.vmId}),
	install: message.installId,
	createdAt: iso(message.createdAt),
	attempt: message.attempt,
	nextAttemptAt: iso(message.nextAttemptAt),
	sentAt: iso(message.sentAt),
	error: message.error,
});

const whyOf = ({state, error, nextAttemptAt}: Message, now: number): string => {
	const later = state === 'pending' && nextAttemptAt !== null && nextAttemptAt > now ? `again in ${formatAge(nextAttemptAt - now)}` : '';
	return [later, error ?? ''].filter(part => part !== '').join(': ');
};

const aboutOf = ({vmId, installId}: Message): string => vmId === null ? (installId === null ? '–' : `install ${installId}`) : vmName({id: vmId});

const receivers: Readonly<Partial<Record<OutboxRow['channel'], (to: string) => string>>> = {mail: to => to, whmcs: to => `WHMCS, ${to}`};

const receiverOf = ({channel, to}: Message): string => receivers[channel]?.(to) ?? `operators' ${channel}`;

/** The last messages, the newest at the end. */
export const listMessages: Command = async (app, _words, flags, output) => {
	const messages = await app.read.outbox.list({state: readChoice(flags.state, outboxStates, '--state'), limit: most});
	if (output.isJson) {
		output.json({messages: messages.map(message => messageJson(message))});
		return exitCodes.done;
	}

	const now = output.now();
	await printTable(output, ['ID', 'STATE', 'AGE', 'MESSAGE', 'ABOUT', 'TO', 'TRY', 'WHY'], messages.map(message => [
		`${message.id}`,
		message.state,
		formatAge(now - message.createdAt),
		safeText(message.template, 40),
		aboutOf(message),
		safeText(receiverOf(message), 80),
		`${message.attempt}`,
		safeText(whyOf(message, now), 200),
	]));
	return exitCodes.done;
};

/** A message as it would go out. */
export const previewMessage: Command = async (app, [word = ''], flags, output) => {
	if (!isMessageName(word)) {
		throw new Refused('unknown', `there is no message ${safeText(word, 60)}`, suggest(word, messageNames));
	}

	const {title, subject, text, html} = await app.previewMessage(word);
	if (output.isJson) {
		output.json({
			name: word, title, subject, text, html,
		});
		return exitCodes.done;
	}

	if (html === null && flags.html) {
		const folder = app.settings().mail?.templates ?? 'the folder that `mail.templates` of the config names';
		throw new Refused('unknown', `${word} has no HTML`, safeText(`write it as ${word}.html.liquid in ${folder}`));
	}

	if (flags.html) {
		output.data(html!);
	} else {
		for (const line of [`Subject: ${subject}`, '', ...text.trimEnd().split('\n')]) {
			output.out(line);
		}
	}

	return exitCodes.done;
};

/** Sends a message again. */
export const resendMail: Command = async (app, [word], _flags, output) => {
	const done = await app.intents.resendMail(readId(word, 'outbox message', 'mail outbox'));
	if (done.changed) {
		await warnWithoutLeader(app, output, 'process_vms');
	}

	return answer(done, output, {message: messageJson(done.subject)});
};
