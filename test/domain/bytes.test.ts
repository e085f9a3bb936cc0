import {expect, test} from 'vitest';
import {formatBytes} from '../../source/domain/bytes.js';

test.each([
	[0, '0 B'],
	[999, '999 B'],
	[1000, '1.0 kB'],
	[1_234_567, '1.2 MB'],
	[99_949_999, '99.9 MB'],
	[123_456_789, '123 MB'],
	[999_600_000, '1.0 GB'],
	[4 * (1024 ** 3), '4.3 GB'],
	[5.5e15, '5.5 PB'],
	[7e18, '7000 PB'],
])('%d bytes are %s', (bytes, text) => {
	expect(formatBytes(bytes)).toBe(text);
});
