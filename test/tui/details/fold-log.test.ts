import {describe, expect, it} from 'vitest';
import {foldLog} from '../../../source/tui/details/fold-log.js';
import {cpuMs} from '../../support/cpu-time.js';

const lines = (count: number): string => Array.from({length: count}, (_, index) => `line ${index + 1}`).join('\n');

describe('the end of a log', () => {
	it('is its last lines, with how many stand before them', () => {
		expect(foldLog(lines(10_000), 3)).toEqual({lines: ['line 9998', 'line 9999', 'line 10000'], more: 9997});
	});

	it.each([1, 2, 3, 4])('of %i lines is the same as if it were taken apart', count => {
		const {lines: shown, more} = foldLog(`${lines(count)}\n\n`, 3);
		expect(shown).toEqual(lines(count).split('\n').slice(-3));
		expect(more).toBe(Math.max(0, count - 3));
	});

	it('keeps empty lines in the middle and at the beginning', () => {
		expect(foldLog('\na\n\nb', 5)).toEqual({lines: ['', 'a', '', 'b'].slice(1), more: 0});
	});

	it('of nothing is nothing', () => {
		expect(foldLog('', 5)).toEqual({lines: [], more: 0});
		expect(foldLog('\n\n', 5)).toEqual({lines: [], more: 0});
	});

	it('takes no more of an endless line than a screen could show', () => {
		expect(foldLog('x'.repeat(10_000_000), 5).lines[0]).toHaveLength(400);
	});

	it('costs little, however long the log is', () => {
		const log = 'a line of some length that a task said\n'.repeat(100_000);
		const start = cpuMs();
		for (let round = 0; round < 10; round++) {
			foldLog(log, 5);
		}

		expect((cpuMs() - start) / 10).toBeLessThan(50);
	});
});
