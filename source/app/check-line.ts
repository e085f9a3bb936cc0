/** A line of `check`. */
export type CheckLine = {
	/** `config`, `database`, `cluster fra1`, `template debian-12`, `pool fra1-v4`, `zone example.net on powerdns`. */
	readonly subject: string;
	readonly result: 'ok' | 'warning' | 'failed';
	readonly message: string;
};

export type Report = (line: CheckLine) => void;

/** What a look came to. */
export type Finding = Omit<CheckLine, 'subject'>;

export const ok = (message: string): Finding => ({result: 'ok', message});
export const warning = (message: string): Finding => ({result: 'warning', message});
export const failed = (message: string): Finding => ({result: 'failed', message});

/** One look; what it throws is what it came to. */
export const findingOf = async (look: () => Promise<Finding>): Promise<Finding> => {
	try {
		return await look();
	} catch (error) {
		return failed(error instanceof Error ? error.message : String(error));
	}
};

/** One look as a line. Answers whether it went well. */
export const sayLine = async (subject: string, report: Report, look: () => Promise<Finding>): Promise<boolean> => {
	const finding = await findingOf(look);
	report({subject, ...finding});
	return finding.result !== 'failed';
};

/** Several lines; where even the look before them fails, that is a line too. */
export const trySeveral = async (subject: string, report: Report, look: () => Promise<void>): Promise<void> => {
	try {
		await look();
	} catch (error) {
		report({subject, ...failed(error instanceof Error ? error.message : String(error))});
	}
};

/** The first few of many, with how many more there are. */
export const someOf = (texts: readonly string[]): string => `${texts.slice(0, 5).join(', ')}${texts.length > 5 ? ` and ${texts.length - 5} more` : ''}`;
