import {type State} from './state.js';
import {ofInstall, ofVm} from './subject.js';

const nameOf = (state: State, kind: string, id: number): string | undefined => {
	const subject = kind === 'v' ? ofVm(state, id) : ofInstall(state, id);
	return subject.kind === 'vm' ? subject.vm?.hostname : (subject.kind === 'install' ? subject.row?.domain : undefined);
};

/** What the VMs and installs are called that a line is about, as far as the screen knows them: a number alone says little. */
export const namesIn = (state: State, line: string): ReadonlyArray<readonly [word: string, name: string]> =>
	Array.from(line.matchAll(/(?<=\s)(?<kind>[iv]|(?<=\binstall \w+ ))(?<id>\d{1,9})(?=\s|$)/g), ({0: word, groups}) => [word, nameOf(state, groups!.kind!, Number(groups!.id))] as const)
		.filter((named): named is readonly [string, string] => named[1] !== undefined);
