/** What the API refuses: its status, the reason for the status line, and the parameters at fault. */
export class Refusal extends Error {
	override readonly name = 'Refusal';

	constructor(readonly status: number, reason: string, readonly errors?: Readonly<Record<string, string>>) {
		super(reason);
	}
}

/** The VM's lock file is held: the request waits for it, and is refused when `waitMs` of simulated time have gone. */
export class FileLocked extends Error {
	override readonly name = 'FileLocked';

	constructor(text: string, readonly waitMs: number) {
		super(text);
	}
}

/** Refuses with the text of a `die` in a handler. */
export const refuse = (text: string, status = 500): never => {
	throw new Refusal(status, text);
};

/** Refuses with `Parameter verification failed.` and a text for each parameter. */
export const refuseParameters = (errors: Readonly<Record<string, string>>): never => {
	throw new Refusal(400, 'Parameter verification failed.', errors);
};

/** Refuses for want of a privilege. */
export const deny = (path: string, privilege: string): never => {
	throw new Refusal(403, `Permission check failed (${path}, ${privilege})`);
};
