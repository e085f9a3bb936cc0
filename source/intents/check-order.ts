import {type Package} from '../domain/package.js';
import {safeText} from '../domain/safe-text.js';
import {type Settings} from '../domain/settings.js';
import {suggest} from '../domain/suggest.js';
import {type TemplatePlace} from '../domain/vm.js';
import {type Order} from './order-schema.js';
import {Refused, type RefusalCode} from './refused.js';

/** What speaks against a wish, and what to do about it. */
export type Objection = {readonly code: RefusalCode; readonly message: string; readonly hint: string};

/** There is no such name in the config. */
export const unknownName = (what: string, name: string, names: readonly string[]): Objection => ({
	code: 'unknown', message: `${what}: there is no ${safeText(name, 63)}`, hint: names.length === 0 ? `the config has no ${what}s` : suggest(name, names),
});

/** A package with overrides on top, the firewall's options one by one. */
export const resolvePackage = (base: Package, overrides: Package): Package => ({
	...base, ...overrides, ...overrides.firewall && {firewall: {...base.firewall, ...overrides.firewall}},
});

/** Families of which the package wants addresses and the cluster has no pool. */
export const missingPools = (wanted: Package, cluster: string, settings: Settings): readonly Objection[] => ([4, 6] as const)
	.filter(family => (wanted[`ipv${family}`] ?? 0) > 0 && settings.pools.every(pool => !(pool.cluster === cluster && pool.family === family)))
	.map(family => ({
		code: 'not-allowed',
		message: `the package wants ${wanted[`ipv${family}`]} IPv${family}, but the cluster ${cluster} has no IPv${family} pool`,
		hint: `add a pool for ${cluster} to the config, or order with "overrides": {"ipv${family}": 0}`,
	}));

const reservedName = (hostname: string, settings: Settings): readonly Objection[] => {
	const zone = settings.dns.find(({zone, reserved}) => reserved.some(name => hostname === (name === '@' ? zone : `${name}.${zone}`.toLowerCase())));
	return zone ? [{code: 'not-allowed', message: `hostname: ${hostname} is reserved in the zone ${zone.zone}`, hint: 'choose another hostname, or take it out of `reserved` in the config'}] : [];
};

/** Where the template lies on the cluster, or what speaks against it. */
export const findTemplate = (name: string, cluster: string, {templates}: Pick<Settings, 'templates'>): {readonly place?: TemplatePlace; readonly objections: readonly Objection[]} => {
	const places = Object.hasOwn(templates, name) ? templates[name]! : undefined;
	if (!places) {
		return {objections: [unknownName('template', name, Object.keys(templates))]};
	}

	const place = places.find(candidate => candidate.cluster === cluster);
	return place
		? {
			place: {
				name, vmid: place.vmid, clone: place.clone, storage: place.storage,
			},
			objections: [],
		}
		: {objections: [{code: 'not-allowed', message: `template: ${name} does not lie on ${cluster}`, hint: `it lies on ${places.map(row => row.cluster).join(', ')}`}]};
};

/** Refuses with every objection in it. */
export const refuseFor = (objections: readonly Objection[]): never => {
	throw new Refused(objections[0]?.code ?? 'invalid', objections.map(({message}) => message).join('; '), objections.map(({hint}) => hint).join('; '), objections.map(({message}) => message));
};

type Resolved = {readonly package: Package | undefined; readonly template: TemplatePlace | undefined; readonly objections: readonly Objection[]};

const resolveOrder = (order: Order, settings: Settings): Resolved => {
	const {cluster} = order;
	const clusters = settings.clusters.map(({name}) => name);
	const isCluster = clusters.includes(cluster);
	const {place, objections: ofTemplate} = findTemplate(order.template, cluster, settings);
	const base = Object.hasOwn(settings.packages, order.package) ? settings.packages[order.package] : undefined;
	const wanted = base && resolvePackage(base, order.overrides ?? {});

	return {
		package: wanted,
		template: place,
		objections: [
			...isCluster ? [] : [unknownName('cluster', cluster, clusters)],
			// On a cluster that there is not no template lies.
			...ofTemplate.filter(({code}) => isCluster || code === 'unknown'),
			...base ? [] : [unknownName('package', order.package, Object.keys(settings.packages))],
			...wanted && isCluster ? missingPools(wanted, cluster, settings) : [],
			...reservedName(order.hostname, settings),
		],
	};
};

/** All that the config has against an order. */
export const listOrderObjections = (order: Order, settings: Settings): readonly Objection[] => resolveOrder(order, settings).objections;

/** Checks an order against the config and copies what it asks for out of it; every objection stands in the refusal. */
export const checkOrder = (order: Order, settings: Settings): {readonly package: Package; readonly template: TemplatePlace} => {
	const {package: wanted, template, objections} = resolveOrder(order, settings);
	return wanted && template && objections.length === 0 ? {package: wanted, template} : refuseFor(objections);
};
