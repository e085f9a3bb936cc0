import fs from 'node:fs/promises';
import path from 'node:path';
import {Liquid, LiquidError, type LiquidOptions} from 'liquidjs';
import {isMessageName, messageNames, type MessageName} from '../../domain/message.js';
import {safeText} from '../../domain/safe-text.js';
import {type RenderMessage, type RenderOptions} from './message.js';
import {allTemplates} from './templates/all-templates.js';

/** A template that cannot be filled: the message has its file, line and column. */
export class TemplateFailed extends Error {
	override readonly name = 'TemplateFailed';
}

type Source = {
	/** For people. */
	readonly place: string;
	readonly text: string;
};

type Variables = Readonly<Record<string, unknown>>;

const longestSubject = 250;

/** Nothing that is not there is passed over, nothing but the variables can be reached, nothing runs for long. */
const strict: LiquidOptions = {
	strictVariables: true, strictFilters: true, ownPropertyOnly: true, memoryLimit: 5_000_000, renderLimit: 5000, parseLimit: 200_000, templates: {}, locale: 'en',
};

const toFailure = (error: unknown, {place}: Source): TemplateFailed => {
	const message = error instanceof Error ? error.message : String(error);
	const position = LiquidError.is(error) ? (error as LiquidError & {readonly token?: {readonly getPosition?: () => number[]}}).token?.getPosition?.() : undefined;
	return new TemplateFailed(safeText(`${[place, ...position ?? []].join(':')}: ${message.replace(/, (?:file:.*, )?line:\d+, col:\d+$/s, '')}`), {cause: error});
};

const fill = async (source: Source, variables: Variables, options: LiquidOptions): Promise<string> => {
	try {
		return await new Liquid({...strict, ...options}).parseAndRender(source.text, variables) as string;
	} catch (error) {
		throw toFailure(error, source);
	}
};

const withoutControls = (text: string): string => text.toWellFormed().replaceAll(/[^\P{Control}\t\n]/gu, '');

const readFile = async (file: string): Promise<Source | undefined> => {
	try {
		const text = await fs.readFile(file, 'utf8');
		return {place: file, text: text.replace(/^\u{FEFF}/u, '').replaceAll('\r\n', '\n')};
	} catch (error) {
		const {code, message} = error as NodeJS.ErrnoException;
		if (code === 'ENOENT') {
			return undefined;
		}

		throw new TemplateFailed(safeText(`${file} cannot be read: ${message}`), {cause: error});
	}
};

const readSources = async (name: MessageName, folder: string | null): Promise<{readonly text: Source; readonly html: Source | undefined}> => {
	const builtIn = {place: `the built-in ${name}.liquid`, text: allTemplates[name].source};
	if (folder === null) {
		return {text: builtIn, html: undefined};
	}

	const [text, html] = await Promise.all([readFile(path.join(folder, `${name}.liquid`)), readFile(path.join(folder, `${name}.html.liquid`))]);
	return {text: text ?? builtIn, html};
};

/** Takes the subject off the text; both keep their places, so that an error's line and column are those of the file. */
const splitSubject = (source: Source): {readonly subject: Source; readonly body: Source} => {
	const match = /^subject:(?<subject>[^\n]*)\n[\t ]*(?:\n(?<body>.*))?$/is.exec(source.text);
	if (!match) {
		throw new TemplateFailed(`${source.place}:1:1: must begin with a line "Subject: …" and a blank line`);
	}

	const {subject, body = ''} = match.groups as {readonly subject: string; readonly body?: string};
	return {subject: {...source, text: ' '.repeat('subject:'.length) + subject}, body: {...source, text: `\n\n${body}`}};
};

/**
 Fills the message's template: the folder's `NAME.liquid` and `NAME.html.liquid`, where they are there, else the built-in text. Control characters do not survive;
 in HTML every value is escaped.
 */
export const renderMessage: RenderMessage = async (template, variables, {folder, timezone = 'UTC'}: RenderOptions) => {
	if (!isMessageName(template)) {
		throw new TemplateFailed(safeText(`there is no message ${template}: there are ${messageNames.join(', ')}`));
	}

	const {text, html} = await readSources(template, folder);
	const {subject, body} = splitSubject(text);
	const zone = {timezoneOffset: timezone};
	const line = safeText(await fill(subject, variables, zone), longestSubject);
	const plain = withoutControls(await fill(body, variables, zone));
	return {
		subject: line,
		text: `${plain.trim()}\n`,
		html: html ? withoutControls(await fill(html, variables, {...zone, outputEscape: 'escape'})) : null,
	};
};
