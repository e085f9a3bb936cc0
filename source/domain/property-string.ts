/** What a property string says, in its order; the value without a name (a disk's volume) stands under `''`. */
export type Properties = ReadonlyMap<string, string>;

/** Takes `local-lvm:vm-101-disk-0,size=4G` apart. */
export const parseProperties = (text: string): Properties => new Map(text.split(',').filter(Boolean).map(part => {
	const at = part.indexOf('=');
	return at === -1 ? ['', part] : [part.slice(0, at), part.slice(at + 1)];
}));

/** Puts it together again. */
export const formatProperties = (properties: Properties): string =>
	[...properties].map(([name, value]) => name === '' ? value : `${name}=${value}`).join(',');

/** The same with some values set (in place, or at the end) or, where `undefined`, left out. */
export const withProperties = (properties: Properties, changes: Readonly<Record<string, string | number | undefined>>): Properties => {
	const changed = new Map(properties);
	for (const [name, value] of Object.entries(changes)) {
		if (value === undefined) {
			changed.delete(name);
		} else {
			changed.set(name, String(value));
		}
	}

	return changed;
};

const isSameValue = (a: string | undefined, b: string | undefined): boolean =>
	a === b || (a !== undefined && b !== undefined && a !== '' && b !== '' && Number(a) === Number(b));

/** Whether both say the same, whatever the order; `12.50` is `12.5`. */
export const isSameProperties = (a: Properties, b: Properties): boolean =>
	a.size === b.size && [...a].every(([name, value]) => b.has(name) && isSameValue(value, b.get(name)));
