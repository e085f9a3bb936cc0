import {type Incident} from './incident.js';
import {isAboutAlerts} from './mail-findings.js';
import {type MessageVariables} from './message.js';
import {type Settings} from './settings.js';

/** A message that tells the operators of an incident, on one way. */
export type OperatorMessage = {
	/** Makes it unique. */
	readonly key: string;
	readonly channel: 'mail' | 'command' | 'webhook';
	readonly template: 'incident-opened' | 'incident-closed';
	/** A mailbox; else the name of the way: a webhook's address may be a secret. */
	readonly to: string;
	readonly variables: MessageVariables['incident-opened'] | MessageVariables['incident-closed'];
};

type Ways = Pick<Settings, 'mail' | 'alerts'>;

const waysOf = ({mail, alerts}: Ways): ReadonlyArray<Pick<OperatorMessage, 'channel' | 'to'>> => [
	...(mail === null ? [] : alerts.mail.map(to => ({channel: 'mail', to} as const))),
	...(alerts.command.length === 0 ? [] : [{channel: 'command', to: 'command'} as const]),
	...(alerts.webhook === null ? [] : [{channel: 'webhook', to: 'webhook'} as const]),
];

/** What the operators are told of an incident, that it is open or (once it is closed) over, on every way that the config names. */
export const operatorMessages = (incident: Incident, settings: Ways): readonly OperatorMessage[] => {
	const {
		id, key, severity, cause, command, affects, since, closedAt,
	} = incident;
	const about = {
		id, severity, cause, command, affects, since: new Date(since).toISOString(),
	};
	const [end, variables] = closedAt === null ? ['opened', about] as const : ['closed', {...about, closedAt: new Date(closedAt).toISOString()}] as const;
	return isAboutAlerts(key)
		? []
		: waysOf(settings).map(({channel, to}) => ({
			key: `incident:${id}:${end}:${channel}:${to}`, template: `incident-${end}`, channel, to, variables,
		}));
};
