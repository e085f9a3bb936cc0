/** The text with each of the secrets blotted out where it stands letter for letter, for what somebody else may quote. A panel's program may write one otherwise: `clients/panel` looks for that. */
export const withoutSecrets = (text: string, secrets: readonly string[]): string => {
	let clean = text;
	for (const secret of secrets) {
		clean = secret === '' ? clean : clean.replaceAll(secret, '••••');
	}

	return clean;
};
