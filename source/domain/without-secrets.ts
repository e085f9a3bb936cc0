/** The text with each of the secrets blotted out, for what somebody else may quote. */
export const withoutSecrets = (text: string, secrets: readonly string[]): string => {
	let clean = text;
	for (const secret of secrets) {
		clean = secret === '' ? clean : clean.replaceAll(secret, '••••');
	}

	return clean;
};
