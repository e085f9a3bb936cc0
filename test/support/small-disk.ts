import {spawnSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {onTestFinished} from 'vitest';

const mount = (place: string, options: string): boolean => spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'cronsole-test', place]).status === 0;

const tryOnce = (): boolean => {
	const place = mkdtempSync(join(tmpdir(), 'cronsole-mount-'));
	const isMounted = mount(place, 'size=1m');
	spawnSync('umount', [place]);
	rmSync(place, {recursive: true});
	return isMounted;
};

/** Whether this account may mount a file system: root, outside of a strict container. */
export const canMount = process.getuid?.() === 0 && tryOnce();

/** A disk of its own of that size (`size=6m`), which goes with its test. */
export const mountSmall = (options: string): string => {
	const folder = mkdtempSync(join(tmpdir(), 'cronsole-disk-'));
	const place = join(folder, 'disk');
	mkdirSync(place);
	mount(place, options);
	onTestFinished(() => {
		spawnSync('umount', ['--lazy', place]);
		rmSync(folder, {recursive: true, force: true});
	});
	return place;
};
