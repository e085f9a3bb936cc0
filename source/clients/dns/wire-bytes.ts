/* eslint-disable no-bitwise -- A pointer shares its byte with a length. */

/** The bytes are no DNS message, or the text cannot be in one. */
export class WireError extends Error {
	override readonly name = 'WireError';
}

export const u16 = (value: number): Buffer => {
	const bytes = Buffer.alloc(2);
	bytes.writeUInt16BE(value);
	return bytes;
};

export const u32 = (value: number): Buffer => {
	const bytes = Buffer.alloc(4);
	bytes.writeUInt32BE(value);
	return bytes;
};

const lower = (byte: number): number => byte >= 0x41 && byte <= 0x5A ? byte + 0x20 : byte;

const spellByte = (byte: number): string => {
	const character = String.fromCodePoint(byte);
	const isPlain = byte > 0x20 && byte < 0x7F;
	return isPlain ? (/[.\\]/.test(character) ? `\\${character}` : character) : `\\${String(byte).padStart(3, '0')}`;
};

const spellLabel = (label: Buffer): string => [...label].map(byte => spellByte(lower(byte))).join('');

const labelsOf = (name: string): ReadonlyArray<readonly number[]> => {
	const labels: number[][] = [[]];
	for (const [token, code, character = ''] of name.matchAll(/\\(\d{3})|\\?(.)/gs)) {
		if (token === '.') {
			labels.push([]);
			continue;
		}

		const byte = code === undefined ? character.codePointAt(0)! : Number(code);
		if (byte > (code === undefined ? 0x7F : 0xFF)) {
			throw new WireError(`${JSON.stringify(name)} is no DNS name`);
		}

		labels.at(-1)!.push(lower(byte));
	}

	return labels;
};

/** Uncompressed, in lower case. */
export const encodeName = (name: string): Buffer => {
	const labels = name === '' ? [] : labelsOf(name);
	const bytes = Buffer.from([...labels.flatMap(label => [label.length, ...label]), 0]);
	if (bytes.length > 255 || labels.some(({length}) => length === 0 || length > 63)) {
		throw new WireError(`${JSON.stringify(name)} is no DNS name`);
	}

	return bytes;
};

/** Reads on from there; throws where the bytes end too early. */
export const openReader = (bytes: Buffer, start = 0) => {
	let at = start;
	const take = (length: number): Buffer => {
		if (at + length > bytes.length) {
			throw new WireError('It ends too early');
		}

		at += length;
		return bytes.subarray(at - length, at);
	};

	const number = (length: number): number => take(length).readUIntBE(0, length);

	const name = (): string => {
		const labels: string[] = [];
		let length = 1;
		let after: number | undefined;
		// A pointer leads before what it was found in: there is an end to it.
		let limit = at;
		for (let size = number(1); size !== 0; size = number(1)) {
			if (size >= 0xC0) {
				const target = ((size & 0x3F) << 8) | number(1);
				if (target >= limit) {
					throw new WireError('A name points forward');
				}

				after ??= at;
				at = target;
				limit = target;
				continue;
			}

			length += size + 1;
			if (size > 63 || length > 255) {
				throw new WireError('A name is too long');
			}

			labels.push(spellLabel(take(size)));
		}

		at = after ?? at;
		return labels.join('.');
	};

	return {
		take, number, name, at: () => at,
	};
};

export type Reader = ReturnType<typeof openReader>;
