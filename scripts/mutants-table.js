import fs from 'node:fs';
import path from 'node:path';
import {accidents} from './mutants/accidents.js';
import {leases} from './mutants/leases.js';
import {panels} from './mutants/panels.js';
import {people} from './mutants/people.js';
import {proxmox} from './mutants/proxmox.js';
import {records} from './mutants/records.js';

// Every promise that is taken away once: `name` says in words what does not hold any more, `find` is the one place in `file` that holds it, `replace` what stands
// there then, and one of `tests` must go red.
export const mutants = [...leases, ...proxmox, ...records, ...panels, ...people, ...accidents];

// Why a row cannot be tried.
export const problemsOf = ({name, file, find, tests}, root) => {
	const source = path.join(root, file);
	const count = fs.existsSync(source) ? fs.readFileSync(source, 'utf8').split(find).length - 1 : 0;
	return [
		...(count === 1 ? [] : [`${name}: \`${find}\` stands ${count} times in ${file}, not once`]),
		...tests.filter(test => !fs.existsSync(path.join(root, test))).map(test => `${name}: there is no ${test}`),
	];
};
