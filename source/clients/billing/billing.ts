import {type ServiceFacts} from '../../domain/billing.js';

/** The billing system, whose orders came in here. Every call throws `ClientError`. */
export type BillingSystem = {
	/** Sets a service's status, domain, user and addresses. The same again changes nothing: where no answer came it may be asked again. */
	readonly updateService: (serviceId: number, facts: ServiceFacts) => Promise<void>;
	/** A line in its activity log, beside the client's name where one is given. Twice is no harm. */
	readonly log: (text: string, clientId: number | null) => Promise<void>;
	/** A letter by a template of its own. Where no answer came it is not known whether it was sent. */
	readonly sendEmail: (serviceId: number, letter: {readonly template: string; readonly variables: Readonly<Record<string, unknown>>}) => Promise<void>;
	/** Throws where it could not be told of a service; changes nothing. */
	readonly check: () => Promise<void>;
	readonly close: () => Promise<void>;
};
