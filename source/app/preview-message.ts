import {type RenderedMessage} from '../clients/mail/message.js';
import {renderMessage} from '../clients/mail/render.js';
import {allTemplates, sampleVariables} from '../clients/mail/templates/all-templates.js';
import {type MessageName} from '../domain/message.js';
import {type Settings} from '../domain/settings.js';

/** A message with made-up values, and when it goes out. */
export type MessagePreview = RenderedMessage & {readonly title: string};

/** Fills the template as the config has it. */
export const previewMessage = async (name: MessageName, {mail, timezone}: Pick<Settings, 'mail' | 'timezone'>): Promise<MessagePreview> => ({
	...await renderMessage(name, sampleVariables(name), {folder: mail?.templates ?? null, timezone}),
	title: allTemplates[name].title,
});
