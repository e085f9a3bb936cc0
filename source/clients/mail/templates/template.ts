import {type MessageName, type MessageVariables} from '../../../domain/message.js';

/** A built-in message. */
export type MessageTemplate<Name extends MessageName> = {
	/** For people: when it goes out. */
	readonly title: string;
	/** As a file has it: `Subject: …`, a blank line, the text. */
	readonly source: string;
	/** For `mail preview`, and the proof that the template is whole. */
	readonly sample: MessageVariables[Name];
};

/** How a letter to a client begins, whose name may not be known. */
export const hello = 'Hello{% if client != "" %} {{ client }}{% endif %},';
