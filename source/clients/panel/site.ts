/** A site as it is to answer. */
export type ExpectedSite = {
	readonly application: string;
	/** The front page. */
	readonly url: string;
	readonly title: string;
	readonly adminUser: string;
	readonly adminPassword: string;
	/** Where the panel's web server is reached, with the site's name in `Host`; null: by DNS. */
	readonly address: string | null;
};

/** Looks whether a site answers: its front page with its title, no installer, and its administrator can log in. Throws `ClientError` (`transient` with what was seen instead). */
export type VerifySite = (site: ExpectedSite, signal: AbortSignal) => Promise<void>;
