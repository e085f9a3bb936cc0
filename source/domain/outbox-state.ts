export const outboxStates = ['pending', 'sending', 'sent', 'failed', 'unknown'] as const;
/**
 `sending` is written before the letter goes out; whoever finds it after its moment makes it `unknown`: it may have arrived, and is sent again by a person's
 key only. `failed`: never accepted.
 */
export type OutboxState = typeof outboxStates[number];
