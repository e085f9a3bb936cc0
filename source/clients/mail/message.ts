import {type SafeText} from '../../domain/safe-text.js';

/** A message as it goes out. */
export type RenderedMessage = {
	/** One line. */
	readonly subject: SafeText;
	readonly text: string;
	/** Null: text only. */
	readonly html: string | null;
};

export type RenderOptions = {
	/** Whose files go before the built-in templates; null: none. */
	readonly folder: string | null;
	/** In which times are written; default UTC. */
	readonly timezone?: string;
};

/** Fills a template; throws `TemplateFailed`. */
export type RenderMessage = (template: string, variables: Readonly<Record<string, unknown>>, options: RenderOptions) => Promise<RenderedMessage>;
