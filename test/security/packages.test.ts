import {spawnSync} from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import {describe, expect, test} from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string): any => JSON.parse(fs.readFileSync(path.join(root, file), 'utf8'));

/** Licences under which anybody may pass the program on; `A OR B` lets us choose. */
const allowed = new Set(['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', '0BSD', 'MIT-0', 'BlueOak-1.0.0']);

const isAllowed = (licence: string): boolean => licence.replaceAll(/^\(|\)$/g, '').split(' OR ').some(choice => choice.split(' AND ').every(part => allowed.has(part)));

type Locked = {readonly dev?: boolean; readonly devOptional?: boolean; readonly optional?: boolean; readonly link?: boolean};

describe('the packages that the program is made of', () => {
	const locked = Object.entries(read('package-lock.json').packages as Record<string, Locked>).filter(([place, {dev, link}]) => place !== '' && !dev && !link);

	test('may be passed on: each says so in its own package.json', () => {
		const licences = locked.filter(([place]) => fs.existsSync(path.join(root, place, 'package.json'))).map(([place]) => [place, String(read(path.join(place, 'package.json')).license)] as const);
		// One that is left out is another platform's.
		const missing = locked.filter(([place, {optional, devOptional}]) => !optional && !devOptional && !fs.existsSync(path.join(root, place)));
		expect(missing.map(([place]) => place)).toEqual([]);
		expect(licences.length).toBeGreaterThan(Object.keys(read('package.json').dependencies as Record<string, string>).length);
		expect(licences.filter(([, licence]) => !isAllowed(licence))).toEqual([]);
	});

	test('have no known hole (`npm audit`), where the registry can be asked', {timeout: 60_000}, context => {
		const {stdout} = spawnSync('npm', ['audit', '--omit=dev', '--json', '--fetch-retries=0', '--fetch-timeout=20000'], {cwd: root, encoding: 'utf8', timeout: 45_000});
		let answer: any;
		try {
			answer = JSON.parse(stdout);
		} catch {
			answer = undefined;
		}

		if (answer?.metadata?.vulnerabilities === undefined) {
			// A registry that is away says nothing about the packages: it fails nobody, with CRONSOLE_NO_SKIP neither.
			const reason = `npm audit had no answer: ${String(answer?.message ?? answer?.error?.summary ?? 'the registry cannot be reached').slice(0, 200)}`;
			console.log(`skipped: ${reason}`);
			context.skip(reason);
		}

		expect(Object.keys(answer.vulnerabilities as Record<string, unknown>)).toEqual([]);
	});
});
