const decoded = (text: string): string => {
	try {
		return decodeURIComponent(text);
	} catch {
		return text; // A bare % in a password is meant as it stands.
	}
};

/** User and password as a URL has them; null where it has no user. */
export const loginOf = ({username, password}: URL): {readonly user: string; readonly pass: string} | null =>
	username === '' ? null : {user: decoded(username), pass: decoded(password)};
