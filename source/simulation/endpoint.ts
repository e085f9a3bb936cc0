import {Refusal} from './refusal.js';
import {type Rules} from './verify.js';
import {type Vm, type World} from './world.js';
import {findVm} from './vms.js';

/** One call of the API, its parameters checked and all of them text. */
export type Call = {
	readonly world: World;
	readonly parameters: Readonly<Record<string, string>>;
	readonly node: string;
	readonly vmid: number;
};

/** One row of the API. */
export type Endpoint = {
	readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
	readonly path: string;
	/** Served by the node in the path, so that it must be within reach. */
	readonly isForwarded?: boolean;
	/** One of these privileges on that path is needed. */
	readonly privilege?: readonly [path: string, ...privileges: string[]];
	readonly rules: Rules;
	readonly run: (call: Call) => unknown;
};

/** A page of a list, with the number of all rows. */
export class Page {
	constructor(readonly rows: readonly unknown[], readonly total: number) {}
}

export const vmOf = ({world, node, vmid}: Call): Vm => findVm(world, node, vmid);

export const isSet = (value: string | undefined): boolean => value === '1';

/** The parts of a list parameter. */
export const partsOf = (list: string | undefined): string[] => (list ?? '').split(/[\s\0,;]+/).filter(Boolean);

/** Refuses what a cluster without quorum refuses. */
export const assertQuorum = (isQuorate: boolean, text = 'cluster not ready - no quorum?'): void => {
	if (!isQuorate) {
		throw new Refusal(500, text);
	}
};
