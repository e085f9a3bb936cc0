/** What is waited for where a pool has no address left: `a free IPv4 address in fra1-v4`. */
export const addressWait = (family: 4 | 6, count: number, pools: readonly string[]): string =>
	`${count === 1 ? `a free IPv${family} address` : `${count} free IPv${family} addresses`} in ${pools.join(', ')}`;

/** Whether that is what is waited for; of that pool, where one is named. */
export const isAddressWait = (waitingFor: string | null, pool?: string): boolean =>
	waitingFor !== null && /^(?:a|\d+) free IPv[46] address/.test(waitingFor) && (pool === undefined || waitingFor.split(/[ ,]+/).includes(pool));
