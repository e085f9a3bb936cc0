import {expect, test} from 'vitest';
import {decodeEntities, hasTitle, isSameTitle} from '../../source/domain/plain-title.js';

test('what HTML cannot write as it is, is read', () => {
	expect(decodeEntities('a &amp; b &lt;c&gt; &quot;d&quot; &#039;e&#x27; &nbsp;&hellip;')).toBe('a & b <c> "d" \'e\'  …');
	expect(decodeEntities('&#0; &#x110000; &strange; &amp;amp; AT&T;')).toBe('&#0; &#x110000; &strange; &amp; AT&T;');
});

test('a title is found in what a page makes of it', () => {
	expect(hasTitle('Ada&#8217;s Shop &#8211; Just another WordPress site', 'Ada\'s shop')).toBe(true);
	expect(hasTitle('Shop', 'Ada\'s shop')).toBe(false);
	expect(hasTitle('★ ★ – x', '★★')).toBe(true);
	expect(hasTitle('x', '★★')).toBe(false);
});

test('two titles are one where they differ in writing only', () => {
	expect(isSameTitle('Bed &amp; “Breakfast”', 'bed & "breakfast"')).toBe(true);
	expect(isSameTitle('My shop', 'My shop in Paris')).toBe(false);
	expect(isSameTitle('', 'My shop')).toBe(false);
});
