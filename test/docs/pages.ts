import fs from 'node:fs';
import path from 'node:path';

export const root = path.resolve(import.meta.dirname, '../..');

/** A page of the documentation, its path from the root. */
export type Page = {readonly name: string; readonly text: string};

const listIn = (folder: string): readonly string[] => fs.readdirSync(path.join(root, folder), {recursive: true, encoding: 'utf8'})
	.filter(name => name.endsWith('.md'))
	.map(name => path.posix.join(folder, name))
	.toSorted();

/** Everything that is written for people, but for what changed. */
export const pages: readonly Page[] = ['readme.md', ...listIn('docs'), ...listIn('recipes')]
	.map(name => ({name, text: fs.readFileSync(path.join(root, name), 'utf8')}));

export const findPage = (name: string): Page => {
	const page = pages.find(one => one.name === name);
	if (!page) {
		throw new Error(`there is no page ${name}`);
	}

	return page;
};

const fence = /^```(\w*)\n([\s\S]*?)^```$/gm;

/** The blocks of code of that language. */
export const blocksOf = ({text}: Page, language: string): readonly string[] => text.matchAll(fence).filter(found => found[1] === language).map(found => found[2]!).toArray();

/** What stands between backticks within the text. */
export const spansOf = ({text}: Page): readonly string[] => text.replaceAll(fence, '').matchAll(/`([^\n`]+)`/g).map(([, code]) => code!).toArray();
