import {type Package} from './package.js';
import {type ChangePlan} from './plan.js';
import {stoppingFields} from './stop-reasons.js';
import {type Vm} from './vm.js';

/** A change as it is asked for: the package by name, resolved, and what was set beside it. */
export type ChangeWish = Pick<Vm, 'packageName' | 'package' | 'overrides'>;

/** What a customer may use rather than what the VM is: a package that leaves one of these out does not grant it. All else that is left out stays as it is. */
export const grants = ['snapshots', 'snapshotDays', 'backups', 'backupDays', 'backupAt', 'trafficGb', 'traffic'] as const satisfies ReadonlyArray<keyof Package>;

type Refusal = {readonly field: keyof Package; readonly why: string};

const isLess = (wanted: number | undefined, present: number | undefined): boolean => wanted !== undefined && present !== undefined && wanted < present;

const shrinkRejected = (disk: 'system' | 'additional', present: number | undefined, wanted: number | undefined): string =>
	`${disk}_disk_shrink_rejected: the ${disk} disk has ${present} GiB and stays so, ${wanted} was asked for: a disk is never made smaller`;

/** What of a wish cannot be done. */
const refusalsOf = (present: Package, wanted: Package): readonly Refusal[] => {
	const {additionalDiskGib: gib = 0, additionalDiskStorage: storage} = present;
	const isMoved = gib > 0 && wanted.additionalDiskGib !== 0 && storage !== undefined
		&& wanted.additionalDiskStorage !== undefined && wanted.additionalDiskStorage !== storage;
	const isAdditionalLess = wanted.additionalDiskGib !== 0 && isLess(wanted.additionalDiskGib, gib);
	return [
		...(isLess(wanted.diskGib, present.diskGib) ? [{field: 'diskGib', why: shrinkRejected('system', present.diskGib, wanted.diskGib)} as const] : []),
		...(isAdditionalLess ? [{field: 'additionalDiskGib', why: shrinkRejected('additional', gib, wanted.additionalDiskGib)} as const] : []),
		...(isMoved
			? [{
				field: 'additionalDiskStorage',
				why: `additional_disk_move_rejected: the additional disk lies on ${storage} and stays there, ${wanted.additionalDiskStorage} was asked for`,
			} as const]
			: []),
	];
};

const without = (some: Package, fields: ReadonlyArray<keyof Package>): Package => Object.fromEntries(Object.entries(some).filter(([name]) => !fields.includes(name as keyof Package)));

const given = (some: Package): Package => Object.fromEntries(Object.entries(some).filter(([, value]) => value !== undefined));

const effective = (present: Package, wanted: Package): Package => {
	const firewall = {...present.firewall, ...wanted.firewall};
	return {...without(present, grants), ...given(wanted), ...(Object.keys(firewall).length > 0 && {firewall})};
};

const notSet = 'not set';

type Value = string | number | boolean | readonly string[];

/** A package as names and texts: `firewall.policyIn` is `DROP`. */
const flat = (some: object, prefix = ''): ReadonlyArray<readonly [string, string]> => Object.entries(some as Readonly<Record<string, Value | object | undefined>>).flatMap(([name, value]) => {
	const path = `${prefix}${name}`;
	return typeof value === 'object' && !Array.isArray(value) ? flat(value, `${path}.`) : [[path, value === undefined ? notSet : [value as Value].flat().join(', ')] as const];
});

const differences = (before: object, after: object): ChangePlan['changes'] => {
	const from = new Map(flat(before));
	const to = new Map(flat(after));
	return [...new Set([...from.keys(), ...to.keys()])]
		.map(field => ({field, from: from.get(field) ?? notSet, to: to.get(field) ?? notSet}))
		.filter(change => change.from !== change.to);
};

/** Whether an additional disk that the VM was given is to go. One that the row knows nothing of (a template's second disk) is never taken for it. */
export const isDiskRemoved = (before: Package, after: Package): boolean => (before.additionalDiskGib ?? 0) > 0 && after.additionalDiskGib === 0;

/** Plans a change of package from rows alone: what changes, whether the VM is stopped, what is lost, what is not done and why. */
export const planChange = (vm: Pick<Vm, 'packageName' | 'package'>, {packageName, package: wanted}: ChangeWish): ChangePlan => {
	const refusals = refusalsOf(vm.package, wanted);
	const after = effective(vm.package, without(wanted, refusals.map(({field}) => field)));
	const isRemoved = isDiskRemoved(vm.package, after);
	return {
		changes: differences({package: vm.packageName, ...vm.package}, {package: packageName, ...after}),
		stops: isRemoved || stoppingFields.some(field => vm.package[field] !== after[field]),
		losesData: isRemoved ? `the additional disk of ${vm.package.additionalDiskGib} GiB goes with everything on it, and with it all snapshots of the VM` : null,
		rejected: refusals.map(({why}) => why),
		package: after,
	};
};

/** What is set beside the package after a change: what could not be done stays as it was set before, lest every later change ask for it again. */
export const overridesAfter = (vm: Pick<Vm, 'package' | 'overrides'>, {package: wanted, overrides}: ChangeWish): Package => {
	const refused = refusalsOf(vm.package, wanted).map(({field}) => field);
	const before = Object.entries(vm.overrides).filter(([name]) => refused.includes(name as keyof Package));
	return {...without(overrides, refused), ...Object.fromEntries(before)};
};
