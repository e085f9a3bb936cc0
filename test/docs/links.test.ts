import fs from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';
import {pages, root, type Page} from './pages.js';

const fenced = /^```[\s\S]+?^```$/gm;

const withoutCode = (text: string): string => text.replaceAll(fenced, '').replaceAll(/`[^\n`]*`/g, '');

/** As a forge names a heading in an address. */
const anchorOf = (heading: string): string => heading.trim().toLowerCase().replaceAll(' ', '-').replaceAll(/[^\w-]/g, '');

const anchorsOf = ({text}: Page): readonly string[] => text.replaceAll(fenced, '').matchAll(/^#+ (.+)$/gm).map(([, heading]) => anchorOf(heading!)).toArray();

const linksOf = ({text}: Page): readonly string[] => withoutCode(text).matchAll(/\]\(([^\s)]+)\)/g).map(([, target]) => target!).filter(target => !/^https?:/.test(target)).toArray();

test.each(pages.filter(page => linksOf(page).length > 0))('every link of $name leads somewhere', page => {
	const broken = linksOf(page).filter(link => {
		const [file = '', anchor] = link.split('#', 2);
		const name = file === '' ? page.name : path.posix.join(path.posix.dirname(page.name), file);
		const there = pages.find(one => one.name === name);
		return there ? anchor !== undefined && !anchorsOf(there).includes(anchor) : anchor !== undefined || !fs.existsSync(path.join(root, name));
	});
	expect(broken).toEqual([]);
});

test('every page of the guide is named in the readme or in a page that is', () => {
	const found = new Set<string>();
	const follow = (name: string): void => {
		const page = pages.find(one => one.name === name);
		if (!page || found.has(name)) {
			return;
		}

		found.add(name);
		for (const link of linksOf(page)) {
			follow(path.posix.join(path.posix.dirname(name), link.split('#', 1)[0]!));
		}
	};

	follow('readme.md');
	expect(pages.map(({name}) => name).filter(name => name.startsWith('docs/guide/') && !found.has(name))).toEqual([]);
});
