/** The code points of a text that would steer a terminal. */
export const controlsIn = (text: string): readonly number[] => [...text]
	.map(character => character.codePointAt(0)!)
	.filter(code => code < 0x20 || (code >= 0x7F && code < 0xA0) || code === 0x20_2E);

/** Whether every character is printable ASCII or a line end. */
export const isAscii = (text: string): boolean => [...text].every(character => character === '\n' || (character >= ' ' && character <= '~'));
