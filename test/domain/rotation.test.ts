import {expect, test} from 'vitest';
import {rotate, type GoodBackup} from '../../source/domain/rotation.js';

/** `s` scheduled, `m` manual, `f` foreign; a `!` marks a protected one; in the order of their age. */
const backups = (words: string): readonly GoodBackup[] => words.split(' ').filter(Boolean).map((word, index): GoodBackup => ({
	id: index + 1, kind: word.startsWith('s') ? 'scheduled' : (word.startsWith('m') ? 'manual' : 'foreign'), createdAt: 1000 + index, isProtected: word.endsWith('!'),
}));

test.each([
	['one more than the quota: the oldest goes', 's s s', 2, [1]],
	['as many as the quota: nothing goes', 's s', 2, []],
	['the package became smaller: as many go as are too many, oldest first', 's s s s s', 2, [1, 2, 3]],
	['the last good one never goes', 's', 1, []],
	['the newest stays even where older ones that cannot go fill the quota', 'm m s', 2, []],
	['manual ones count, but only scheduled ones go', 'm s s s', 2, [2, 3]],
	['a manual one that is the newest lets scheduled ones go', 's s m', 2, [1]],
	['foreign ones neither count nor go', 'f f s s', 2, []],
	['a foreign one that is newer is no reason to let our last one go', 's f', 1, []],
	['a protected one counts, and is passed over', 's! s s', 2, [2]],
	['where all that could go is protected nothing goes', 's! s! s', 2, []],
	['without a quota nothing goes', 's s s', undefined, []],
	['where no backups are sold any more nothing goes', 's s s', 0, []],
	['nothing is there', '', 2, []],
])('%s', (_, words, quota, gone) => {
	expect(rotate(backups(words), quota).map(({id}) => id)).toEqual(gone);
});

test('age is when it was begun, and the record\'s number where that is the same', () => {
	const at = (id: number, createdAt: number): GoodBackup => ({
		id, kind: 'scheduled', createdAt, isProtected: false,
	});
	expect(rotate([at(3, 5), at(1, 9), at(2, 5)], 1).map(({id}) => id)).toEqual([2, 3]);
});
