import {type Package} from './package.js';

/** What a change of package would do; made from rows alone, before anything is asked of the cluster. */
export type ChangePlan = {
	/** What changes, in the packages' own words: `memoryMib` from 1024 to 2048. */
	readonly changes: ReadonlyArray<{readonly field: string; readonly from: string; readonly to: string}>;
	/** Whether the VM is shut down for it. */
	readonly stops: boolean;
	/** Why data would be lost; null: none is. */
	readonly losesData: string | null;
	/** What is asked for and not done, each with its reason: a disk is never made smaller. */
	readonly rejected: readonly string[];
	/** What the VM will be: the wish without what is rejected. */
	readonly package: Package;
};
