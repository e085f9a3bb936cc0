/** Why nothing was done: wrong input (exit 2), or a lock or hold in the way (exit 75). */
export type RefusalCode = 'invalid' | 'unknown' | 'ambiguous' | 'conflict' | 'not-allowed' | 'read-only' | 'confirmation' | 'held';

/** A wish that was refused before anything was changed: one line saying what is wrong, one saying what to do. Both safe text. */
export class Refused extends Error {
	override readonly name = 'Refused';
	readonly code: RefusalCode;
	readonly hint: string;
	/** One by one, where there may be several. */
	readonly problems: readonly string[];
	constructor(code: RefusalCode, message: string, hint: string, problems: readonly string[] = [message]) {
		super(message);
		this.code = code;
		this.hint = hint;
		this.problems = problems;
	}
}
