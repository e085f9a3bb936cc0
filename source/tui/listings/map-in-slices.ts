import {setImmediate as turn} from 'node:timers/promises';

const sliceLength = 1000;

/** Makes something of each item of a long list, with a turn for everybody else now and then: a key that is pressed meanwhile does not wait for all of them. */
export const mapInSlices = async <From, To>(items: readonly From[], make: (item: From) => To): Promise<readonly To[]> => {
	const made: To[] = [];
	for (let from = 0; from < items.length; from += sliceLength) {
		if (from > 0) {
			await turn();
		}

		for (const item of items.slice(from, from + sliceLength)) {
			made.push(make(item));
		}
	}

	return made;
};
