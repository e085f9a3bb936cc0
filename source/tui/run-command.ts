/** What a command left: its exit code and what it said; safe text, may have many lines. */
export type CommandAnswer = {readonly code: number; readonly out: string; readonly err: string};

/**
 Runs the words of a command inside the console, exactly as a command line would: same parser, checks and answers.
 `ask` puts what the command asks on the screen; null: it was cancelled. Never throws.
 */
export type RunCommand = (words: readonly string[], ways: {readonly ask: (question: string) => Promise<string | null>; readonly signal: AbortSignal}) => Promise<CommandAnswer>;
