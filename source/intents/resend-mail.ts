import {formatAge} from '../domain/duration.js';
import {titleOf} from '../pipelines/settle-message.js';
import {type OutboxRow} from '../store/outbox.js';
import {type Tables} from '../store/store.js';
import {type IntentContext, type Intents} from './intents.js';
import {Refused} from './refused.js';
import {
	alreadySo,
	changed,
	log,
	writeIntent,
} from './write-intent.js';

/** What the message is about, as the activity log names it. */
const aboutOf = async ({vmId, installId}: OutboxRow, {vms, installs}: Tables) => {
	const vm = vmId === null ? undefined : await vms.find(vmId);
	const install = installId === null ? undefined : await installs.find(installId);
	return {
		subject: vm?.hostname ?? install?.domain ?? 'mail', ...(vmId !== null && {vmId}), ...(installId !== null && {installId}),
	};
};

const checkSendable = (message: OutboxRow, now: number): void => {
	const {state, to, sentAt} = message;
	if (state === 'sent') {
		throw new Refused('not-allowed', `${titleOf(message)} was sent ${formatAge(now - (sentAt ?? now))} ago, and its text is erased`, 'what it said is not kept; a new password of a VM: `cronsole vm password REF`');
	}

	if (to === '') {
		throw new Refused('not-allowed', `${titleOf(message)} was for a client who is forgotten, and its text is erased`, 'there is nobody to send it to');
	}
};

/** Sends again what failed, or of which nobody knows whether it arrived; nothing but a person's wish does. */
export const resendMail = (context: IntentContext): Intents['resendMail'] => async id => writeIntent(context, async tables => {
	const now = context.clock.now();
	const message = await tables.outbox.find(id);
	if (!message) {
		throw new Refused('unknown', `there is no message ${id}`, '`cronsole mail outbox` shows the last ones');
	}

	checkSendable(message, now);
	const title = titleOf(message);
	if (!await tables.outbox.resend(id, now)) {
		return alreadySo(message.state === 'sending' ? `${title} is being sent right now` : `${title} is pending already: it is sent by itself`, message);
	}

	await log(tables, context, {...await aboutOf(message, tables), message: `send ${title} again; it was ${message.state}${message.error === null ? '' : `: ${message.error}`}`});
	return changed(`${title} is sent again`, (await tables.outbox.find(id))!);
});
