import {type Clock} from '../domain/clock.js';
import {isAcknowledged} from '../domain/incident.js';
import {type Log} from '../domain/log.js';
import {type Settings} from '../domain/settings.js';
import {sendDue, type MessageSenders} from '../pipelines/send-messages.js';
import {type Reads} from '../store/store.js';
import {type Lock} from './instance.js';

/** Sends the messages that are due, under that lock. One go at a time in this process: another one finds nothing to do. */
export type SendMessages = (lock: Pick<Lock, 'store'>, signal: AbortSignal) => Promise<void>;

export type SendMessagesDeps = {
	readonly read: Reads;
	/** Mail, templates and alerts are loaded when there is something to send. */
	readonly openMessages: () => Promise<MessageSenders>;
	readonly settings: () => Settings;
	readonly clock: Clock;
	readonly random: () => number;
	readonly log: Log;
};

export const createSendMessages = ({read, openMessages, settings, clock, random, log}: SendMessagesDeps): SendMessages => {
	let isAtIt = false;

	const isAnythingDue = async (): Promise<boolean> => {
		const [due, sending] = await Promise.all([read.outbox.listDue({now: clock.now(), limit: 1}), read.outbox.list({state: 'sending', limit: 1})]);
		return due.length + sending.length > 0;
	};

	return async ({store}, signal) => {
		if (isAtIt || signal.aborted || !await isAnythingDue()) {
			return;
		}

		isAtIt = true;
		try {
			await sendDue({
				...await openMessages(), store, settings: settings(), clock, random, log, signal,
			});
		} finally {
			isAtIt = false;
		}
	};
};

/** Tells whoever watches us that all is well: silence is the alarm. */
export const beatIfWell = async ({read, openMessages, settings, clock}: Pick<SendMessagesDeps, 'read' | 'openMessages' | 'settings' | 'clock'>): Promise<void> => {
	if (settings().alerts.heartbeatUrl === null) {
		return;
	}

	const open = await read.incidents.listOpen();
	if (open.some(incident => incident.severity === 'critical' && !isAcknowledged(incident, clock.now()))) {
		return;
	}

	const {alerts} = await openMessages();
	await alerts.beat();
};
