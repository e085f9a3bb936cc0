/** So many rows are forgotten within one transaction: whoever else wants to write waits for no more than that. */
export const mostAtOnce = 500;
