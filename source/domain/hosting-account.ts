/** What may be asked of a hosting account, beside a site's install. */
export const accountVerbs = ['suspend', 'unsuspend', 'terminate', 'package'] as const;
export type AccountVerb = typeof accountVerbs[number];

/** `plan`: the panel's name of it; of `package` alone. */
export type AccountWish = {readonly verb: AccountVerb; readonly plan: string | null};

/**
 What a verb on an account came to. `already`: it was so, nothing was changed · `refused`: it cannot be asked for now, nothing was asked · `held`: somebody is at
 work on that install · `failed`: the panel did not do it · `unknown`: nobody knows whether it did. Message and hint are safe text.
 */
export type AccountAnswer = {
	readonly outcome: 'done' | 'already' | 'refused' | 'held' | 'failed' | 'unknown';
	readonly message: string;
	/** What to do next; empty where it is well. */
	readonly hint: string;
	/** Where it failed. `panel`: that cannot be used as a whole, which says nothing of this account · `again`: it may go well later · `person`: it will not, as it stands. */
	readonly remedy?: 'panel' | 'again' | 'person';
};
