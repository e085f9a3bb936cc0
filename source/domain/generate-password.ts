// 64 characters without look-alikes (0 O, 1 l I) and without what a shell or YAML reads as its own: six bits of a byte choose one evenly.
const alphabet = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789-_+=.:,';

/** Twenty characters that a person can type: 120 bits. */
export const generatePassword = (randomBytes: (count: number) => Uint8Array): string =>
	Array.from(randomBytes(20), byte => alphabet[byte % alphabet.length]).join('');
