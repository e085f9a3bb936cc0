/** A letter, rendered. */
export type Letter = {
	/** One address, checked. */
	readonly to: string;
	readonly subject: string;
	readonly text: string;
	readonly html: string | null;
	/** `<…@…>`: the same in every try. */
	readonly messageId: string;
};

/**
 Hands a letter to the mail server. Throws `ClientError`: `transient` (4xx, cannot be reached), `rejected` (5xx: this letter never), `denied` (the login), `unknown-outcome`
 where the letter's text was on its way and no answer came.
 */
export type SendLetter = (letter: Letter) => Promise<void>;

/** The mail server of the config. */
export type MailServer = {
	readonly send: SendLetter;
	/** Connects, greets, logs in; sends nothing. Throws `ClientError`. */
	readonly check: () => Promise<void>;
	readonly close: () => Promise<void>;
};
