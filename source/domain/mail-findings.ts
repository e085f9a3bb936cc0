import {type Finding} from './incident.js';

/** Messages of one kind that wait for a person. */
export type StuckMessages = {
	/** `unknown`: they may have arrived. */
	readonly state: 'unknown' | 'failed';
	readonly template: string;
	readonly count: number;
	/** The oldest one. */
	readonly id: number;
	/** Safe text. */
	readonly error: string | null;
};

const isForOperators = ({template}: StuckMessages): boolean => template.startsWith('incident-');

/** What a billing system was to be told, by the outbox's names for it. */
const isForBilling = ({template}: StuckMessages): boolean => template === 'update-service' || template === 'log-activity';

/** Whether the operators' own messages are what is wrong: telling them of it by such a message would go round in a circle. */
export const isAboutAlerts = (key: string): boolean => key.startsWith('alerts:');

const sentences: Readonly<Record<StuckMessages['state'], (what: string, isOne: boolean) => string>> = {
	unknown: (what, isOne) => `it is not known whether ${what} ${isOne ? 'was' : 'were'} sent`,
	failed: (what, isOne) => `${what} ${isOne ? 'was' : 'were'} not sent`,
};

const findingOf = (stuck: readonly StuckMessages[], state: StuckMessages['state'], [about, one, many]: readonly [about: string, one: string, many: string]): readonly Finding[] => {
	const there = stuck.filter(group => group.state === state).toSorted((a, b) => a.id - b.id);
	const [oldest] = there;
	if (!oldest) {
		return [];
	}

	let affects = 0;
	for (const {count} of there) {
		affects += count;
	}

	const name = `${oldest.template} (${oldest.id})`;
	const why = oldest.error === null ? '' : `: ${oldest.error}`;
	const cause = affects === 1 ? `${sentences[state](`the ${one} ${name}`, true)}${why}` : `${sentences[state](`${affects} ${many}`, false)}, the oldest ${name}${why}`;
	return [{
		key: `${about}:${state}`, severity: 'warning', cause, command: `cronsole mail outbox --state ${state}`, affects,
	}];
};

/** Messages that a person must send again, or look after: one incident for those of which nobody knows, one for those that failed, the operators' own apart. */
export const findMailFindings = (stuck: readonly StuckMessages[]): readonly Finding[] => {
	const {mail = [], alerts = [], billing = []} = Object.groupBy(stuck, group => isForOperators(group) ? 'alerts' : (isForBilling(group) ? 'billing' : 'mail'));
	return (['unknown', 'failed'] as const).flatMap(state => [
		...findingOf(mail, state, ['mail', 'mail', 'mails']),
		...findingOf(billing, state, ['billing', 'message to WHMCS', 'messages to WHMCS']),
		...findingOf(alerts, state, ['alerts', 'message to operators', 'messages to operators']),
	]);
};
