/** Whether what a test needs is on this machine; in CI it must be. */
export const hasProgram = (isThere: boolean, what: string, remedy: string): boolean => {
	if (!isThere) {
		if (process.env.CRONSOLE_NO_SKIP) {
			throw new Error(`${what} is missing: ${remedy}`);
		}

		console.log(`skipped: ${what} is not installed (${remedy})`);
	}

	return isThere;
};
