/** What is kept of a client. */
export type ClientTraces = {
	/** Ids of VMs that are not removed. */
	readonly livingVms: readonly number[];
	/** Ids of installs that are pending, running or failed. */
	readonly openInstalls: readonly number[];
	/** VMs and installs that are over, and mails; those of them that still name the client. */
	readonly remembered: number;
};

export type ClientReads = {
	/** By e-mail address, whatever its case. */
	readonly trace: (email: string) => Promise<ClientTraces>;
};

export type ClientWrites = {
	/** Takes name, address and everything that an order said of the client out of every row that is over; answers how many. References, addresses and their history stay; a mail about what is over that was not sent yet is never sent. */
	readonly forget: (email: string) => Promise<number>;
	/** The same for every client whose last VM was removed, and last install ended, before that moment; for 200 of them at a time. */
	readonly forgetOlder: (before: number) => Promise<number>;
};

export type Clients = ClientReads & ClientWrites;
